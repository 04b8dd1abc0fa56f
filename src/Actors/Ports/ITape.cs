using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Ports;

/// <summary>
/// Every fill, numbered densely from 1. Written by the one owner of the tape; read by many. Failing calls throw
/// <see cref="TapeUnavailableException"/>, after which a commit may or may not have happened: committing the same again is harmless.
/// </summary>
public interface ITape
{
    /// <summary>A read looks at this many entries at most and says how far it got: no reader holds up the writer for a whole tape.</summary>
    const int MostLookedAt = 10_000;

    /// <summary>What is stored. Called once before anything else.</summary>
    ValueTask<TapeHead> Open();

    /// <summary>
    /// One transaction. An entry whose offset is stored already is left as it is. Retention happens here too, oldest first and a bounded
    /// number at a time; the answer is the oldest offset that is still kept.
    /// </summary>
    ValueTask<long> Commit(TapeCommit commit);

    /// <summary>Entries after an offset that match, in order, at most <paramref name="most"/>; and the offset up to which was looked.</summary>
    ValueTask<TapePage> Read(long after, OrderFilter filter, int most);

    /// <summary>These entries as far as they are kept, removed ones too, in order.</summary>
    ValueTask<ImmutableArray<TapeEntry>> At(ImmutableArray<long> offsets);

    /// <summary>The newest entries, oldest first: what a restarted tape must not tell again.</summary>
    ValueTask<ImmutableArray<TapeEntry>> Newest(int most);

    /// <summary>History for REST, newest first by (timestamp, offset). Removed fills are left out.</summary>
    ValueTask<OrderPage> Query(OrderQuery query);
}

/// <param name="Appended">New fills with their positions, dense.</param>
/// <param name="Confirmed">Stored fills that are complete now; they replace the stored form.</param>
/// <param name="Removed">Offsets of stored fills that the chain took back.</param>
/// <param name="SweptBlock">How far the chain has been looked at, with the block's time.</param>
public sealed record TapeCommit(
    ImmutableArray<TapeEntry> Appended, ImmutableArray<TapeEntry> Confirmed, ImmutableArray<long> Removed, long? SweptBlock, long? SweptTime)
{
    /// <summary>The writer's. Null where nothing in it tells.</summary>
    public long? Epoch => (Appended is [var first, ..] ? first : Confirmed is [var confirmed, ..] ? confirmed : null)?.Position!.Value.Epoch;

    /// <summary>Throws where this would not go on behind the newest offset, or comes from a writer whose time has passed.</summary>
    public void Check(long epoch, long newest)
    {
        if (Epoch < epoch)
            throw new TapeUnavailableException($"the tape belongs to epoch {epoch} now: epoch {Epoch} writes no more");
        foreach (var entry in Appended)
        {
            var offset = entry.Position!.Value.Offset;
            if (offset > newest + 1)
                throw new TapeUnavailableException($"offset {offset} would leave a hole behind {newest}");
            newest = Math.Max(newest, offset);
        }
    }
}

/// <param name="LookedThrough">The offset up to which was looked; where nothing was found, the one that was asked for at least.</param>
/// <param name="Oldest">The oldest offset kept when this was read: beyond the one after that which was asked for, some had been deleted before.</param>
public sealed record TapePage(ImmutableArray<TapeEntry> Entries, long LookedThrough, long Oldest);

/// <summary>At most one of the three market filters is given. Times are unix seconds, inclusive. After: the last row of the page before.</summary>
public sealed record OrderQuery(
    WalletId? User, string? Slug, ConditionId? Condition, TokenId? Token, long? From, long? To, int Limit, int Offset, OrderCursor? After);

/// <summary>The sort key of a row.</summary>
public readonly record struct OrderCursor(long Timestamp, long Offset);

public sealed record OrderPage(ImmutableArray<TapeEntry> Entries, long Total, bool HasMore);

/// <summary>The store did not take or give what was asked; the message says what happened.</summary>
public sealed class TapeUnavailableException : Exception
{
    public TapeUnavailableException() { }
    public TapeUnavailableException(string message) : base(message) { }
    public TapeUnavailableException(string message, Exception cause) : base(message, cause) { }
}
