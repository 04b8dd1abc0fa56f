using Oddswire.Messages.Sessions;

namespace Oddswire.Messages.PolymarketUs;

/// <summary>
/// What sessions are told of a US account. Time in which nobody listened comes as <see cref="SessionMessage.AccountGapTold"/>; what held before is
/// told anew behind it, as far as the venue tells it.
/// </summary>
public abstract record UsAccountNews(string Account) : SessionMessage
{
    /// <summary>The answer to a follow: all that is held, whatever was followed.</summary>
    /// <param name="IsLive">Somebody listens at the venue. If not, nothing is held.</param>
    public sealed record Joined(string Account, UsSubscriptionType Type, string Request, UsAccountState State, bool IsLive) : UsAccountNews(Account);

    public sealed record Told(string Account, UsAccountFact Fact) : UsAccountNews(Account);
}
