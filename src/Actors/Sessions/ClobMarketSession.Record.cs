using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// What the audit trail has of it: what it began with, what it follows after changes, and its end. Tokens come and go with every window of five
/// minutes: changes are gathered, and make one entry in ten minutes at most.
/// </summary>
internal sealed partial class ClobMarketSession
{
    private sealed record RecordDue : SessionMessage;

    private const int MostNamed = 3;
    private static readonly TimeSpan RecordEvery = TimeSpan.FromMinutes(10);

    private readonly SocketRecord _record = new(client, wiring, "clob-market");
    private int _changes;       // since the last entry

    private void RecordChange()
    {
        _changes++;
        if (!Timers.IsSet("record"))
            Timers.Once("record", new RecordDue(), RecordEvery);
    }

    private void RecordChanges()
    {
        if (_changes > 0)
            _record.Changed("subscribe", $"{FollowedText()}, after {_changes} changes");
        _changes = 0;
    }

    private void Refuse(string reason, string detail) => _record.Refused(client.Key.Name, ActSubject.Subscription, "subscribe", reason, detail);

    private string FollowedText() => _followed.Count == 0
        ? "no token"
        : string.Join(", ", _followed.Keys.Take(MostNamed)) + (_followed.Count > MostNamed ? $" and {_followed.Count - MostNamed} more" : "");
}
