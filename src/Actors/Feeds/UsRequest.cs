using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;

namespace Oddswire.Actors.Feeds;

/// <summary>
/// One request that the venue has, as far as is known. It takes nothing out of a request: what is not wanted any more stays in it until nothing in it
/// is, and then it is unsubscribed whole.
/// </summary>
internal sealed class UsRequest(string id, UsSubscriptionType type, IReadOnlyCollection<Interest> what, int refusals, long askedAt)
{
    internal string Id { get; } = id;
    internal UsSubscriptionType Type { get; } = type;
    internal IReadOnlyCollection<Interest> Carried { get; } = what;
    internal HashSet<Interest> Wanted { get; } = [.. what];

    /// <summary>How often this has been refused before.</summary>
    internal int Refusals { get; } = refusals;

    internal long AskedAt { get; } = askedAt;

    /// <summary>It was not refused in the time in which refusals come, or it delivers.</summary>
    internal bool Stands { get; set; }

    /// <summary>When what is wanted of it was last said to be better asked for elsewhere.</summary>
    internal long MovingSince { get; set; }

    internal bool IsWasteful => Wanted.Count < Carried.Count;
}
