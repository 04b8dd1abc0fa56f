using System.Collections.Immutable;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Ledger;

/// <summary>What the ledger keeps for ever.</summary>
/// <param name="Time">Unix milliseconds; 0 where an older gateway wrote none.</param>
public abstract record LedgerEvent(long Time)
{
    public sealed record Fact(long Time, string Feed, string Kind, string Detail) : LedgerEvent(Time);

    public sealed record GapChanged(Gap Gap, long Time = 0) : LedgerEvent(Time);

    /// <param name="Command">What was asked, as JSON: see <see cref="CommandText"/>.</param>
    /// <param name="Times">More than once: so many of the same, folded into one.</param>
    public sealed record Acted(
        long Time, Deed Deed, string Key, string Address, string Protocol, ImmutableArray<SubscriptionId> Subscriptions, string Command, string? Reason, string? Detail, int Times = 1)
        : LedgerEvent(Time)
    {
        public ActSubject Subject { get; init; }
    }

    public sealed record Quarantined(long Time, string Actor, string Cause) : LedgerEvent(Time);

    public sealed record Heads(long Time, ImmutableArray<StreamHead> Streams) : LedgerEvent(Time);

    /// <summary>So many entries did not fit while the journal could not be written.</summary>
    public sealed record Dropped(long Time, long Entries) : LedgerEvent(Time);
}
