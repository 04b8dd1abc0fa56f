using Oddswire.Messages.Ledger;
using Oddswire.Runtime;

namespace Oddswire.Actors.Routing;

/// <summary>Facts about what a feed carries, gathered over a turn: what happened to many of them for one reason is one entry of the record.</summary>
internal sealed class GatheredFacts(string feed, ActorRef<LedgerMessage> ledger)
{
    private const int MostNamed = 3;

    private readonly Dictionary<(string Kind, string Reason), List<string>> _facts = [];

    internal void Note(string kind, string reason, string about)
    {
        if (!_facts.TryGetValue((kind, reason), out var names))
            _facts.Add((kind, reason), names = []);
        names.Add(about);
    }

    internal void Tell()
    {
        foreach (var ((kind, reason), names) in _facts)
            ledger.Tell(new LedgerMessage.FeedFact(feed, kind, $"{reason} ({Named(names)})"));
        _facts.Clear();
    }

    internal static string Named(List<string> names) =>
        string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");
}
