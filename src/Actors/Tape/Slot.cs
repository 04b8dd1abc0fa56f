using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Tape;

/// <summary>
/// One fill as the tape knows it, whoever told of it first.
/// <code>
///   Waiting --log or time--> Released --committed--> (has an offset)
///      |                        |  ^
///      +-- swept, no log        +--+  removed by a reorg, and mined again
///      v
///   Dropped
/// </code>
/// </summary>
internal sealed class Slot(TxGroup group, Fill fill)
{
    private uint _feeds;
    private ReadOnlyMemory<byte> _data;

    internal TxGroup Group { get; } = group;

    /// <summary>As complete as it is known.</summary>
    internal Fill Fill
    {
        get;
        set
        {
            field = value;
            _data = default;
        }
    } = fill;

    /// <summary>In the form that clients get, where it came in that form; not of what the fill became since.</summary>
    internal ReadOnlyMemory<byte> Data { init => _data = value; }

    internal SlotState State { get; set; }
    internal bool Removed { get; set; }

    /// <summary>Its market's name is known, or was waited for long enough.</summary>
    internal bool IsNamed { get; set; }

    /// <summary>It is on its way to the store or there: from here on what becomes of it is a change, not news.</summary>
    internal bool IsAppended { get; set; }

    /// <summary>The store was away for so long that it had to be given up. The sweep that goes back will tell of it again.</summary>
    internal bool IsShed { get; set; }

    /// <summary>0 until it is put into a commit.</summary>
    internal long Offset { get; set; }

    /// <summary>Of its log, where it was told.</summary>
    internal Bytes32? BlockHash { get; set; }

    /// <summary>The look in which its log was told last.</summary>
    internal int ToldIn { get; set; }

    /// <summary>It went out as it is, and only a row says so.</summary>
    internal bool IsUnproven => State == SlotState.Released && !HasLog && !Removed;

    internal bool HasLog => Fill.LogIndex is not null;

    /// <summary>How many have it in hand still: a commit, a look at its block.</summary>
    internal int Holds { get; set; }

    /// <summary>What is to be remembered of it, and nothing else: nobody has it in hand.</summary>
    internal bool IsSettled => State == SlotState.Released && Offset > 0 && Holds == 0 && Marks.Count == 0 && !IsShed;

    internal SettledSlot Settled
    {
        get => new(Offset, BlockHash, Removed, _feeds);
        init => (State, IsNamed, IsAppended, Offset, BlockHash, Removed, _feeds) = (SlotState.Released, true, true, value.Offset, value.BlockHash, value.Removed, value.Feeds);
    }

    /// <summary>What happened to it and was not told on yet.</summary>
    internal FillMarks Marks { get; private set; }

    internal void Mark(MarkKind kind, string source, long at) => Marks = Marks.Add(new FillMark(kind, source, at));

    /// <summary>False: this feed has told of it before.</summary>
    internal bool IsNewTo(int feed)
    {
        var bit = 1u << feed;
        var isNew = (_feeds & bit) == 0;
        _feeds |= bit;
        return isNew;
    }

    /// <summary>Once: who has it keeps it, and the slot may be kept for longer.</summary>
    internal ReadOnlyMemory<byte> TakeData()
    {
        var data = _data;
        _data = default;
        return data;
    }

    /// <summary>Its market in the same words, with what it belongs to, which no client of Dome's protocol is told: the data stays what it is.</summary>
    internal void BelongsTo(MarketText market)
    {
        var data = _data;
        Fill = Fill with { Market = market };
        _data = data;
    }

    internal FillTrace TakeTrace()
    {
        var trace = new FillTrace(Offset, Fill.Tx, Fill.Order, Marks);
        Marks = [];
        return trace;
    }

    /// <summary>The same log, told again. Its place is not enough: a reorg may have put another order's log there.</summary>
    internal bool Is(Observation.Log log) => Fill.LogIndex == log.Fill.LogIndex && Fill.Block == log.Fill.Block && Fill.Order == log.Fill.Order && !Removed;

    internal bool IsTakenBackBy(Observation.LogRemoved log) =>
        Fill.LogIndex == log.LogIndex && Fill.Block == log.Block && !Removed && (log.BlockHash is null || BlockHash is null || log.BlockHash == BlockHash);

    /// <summary>
    /// Its order was mined again after a reorg, whose removal may have been lost. In which block it stood is not stored, so of what an earlier life told a
    /// block of the same number may be another; should it be the same after all, its log is told again and is news. Who names no block does not correct who did.
    /// </summary>
    internal bool WasMovedBy(Observation.Log log) =>
        HasLog && Fill.Order == log.Fill.Order && (Removed || (log.BlockHash is { } hash ? BlockHash != hash : BlockHash is null && Fill.Block != log.Fill.Block));

    /// <summary>
    /// Moved by a reorg, or a second fill of its order: servers of Dome's protocol name no block and take nothing back, so that one looks like the other.
    /// A reorg does not change what is in a transaction: another size is another fill.
    /// </summary>
    internal bool MayBeMovedBy(Observation.Log log) =>
        HasLog && !Removed && log.BlockHash is null && Fill.Order == log.Fill.Order && Fill.Shares == log.Fill.Shares;

    /// <summary>Told by a row, told by a log: one wallet may have several orders in one transaction, and then their sizes tell them apart.</summary>
    internal bool IsOf(Fill other) => Fill.User == other.User && Fill.Token == other.Token && Fill.Side == other.Side && Fill.Shares == other.Shares;
}

internal enum SlotState : byte { Waiting, Released, Dropped }

/// <summary>Of a fill that is only remembered, beside the fill.</summary>
internal readonly record struct SettledSlot(long Offset, Bytes32? BlockHash, bool Removed, uint Feeds);

/// <summary>Of a transaction whose fills are only remembered.</summary>
internal readonly record struct SettledGroup(long? Block, bool FetchAsked, List<RowCount>? Rows);

/// <summary>A topic of a connection, in one of its lives.</summary>
internal readonly record struct Teller(SourceId Source, int Life, string Topic);

/// <summary>So many rows of this kind a teller has told.</summary>
internal readonly record struct RowCount(Teller Teller, WalletId User, TokenId Token, Side Side, Quantity Shares, int Count);

/// <summary>All that is known of one transaction that somebody is busy with.</summary>
internal sealed class TxGroup(TxHash tx)
{
    private List<RowCount>? _rows;

    internal TxHash Tx { get; } = tx;

    /// <summary>Nearly always one.</summary>
    internal ImmutableArray<Slot> Slots { get; private set; } = [];

    /// <summary>The block of its newest log, once any log is known.</summary>
    internal long? Block { get; set; }

    internal bool FetchAsked { get; set; }

    internal bool IsSettled => Slots.All(static slot => slot.IsSettled);

    internal SettledGroup Settled
    {
        get => new(Block, FetchAsked, _rows);
        init => (Block, FetchAsked, _rows) = (value.Block, value.FetchAsked, value.Rows);
    }

    internal void Add(Slot slot) => Slots = Slots.Add(slot);

    /// <summary>The how-manieth row of this kind is it that this teller tells?</summary>
    internal int CountRow(Teller teller, Fill fill)
    {
        _rows ??= new(1);
        for (var i = 0; i < _rows.Count; i++)
        {
            var row = _rows[i];
            if (row.User == fill.User && row.Token == fill.Token && row.Side == fill.Side && row.Shares == fill.Shares && row.Teller == teller)
            {
                _rows[i] = row with { Count = row.Count + 1 };
                return row.Count + 1;
            }
        }
        _rows.Add(new(teller, fill.User, fill.Token, fill.Side, fill.Shares, 1));
        return 1;
    }

    /// <summary>The how-manieth fill of this kind; null: it is news.</summary>
    internal Slot? SlotOf(Fill fill, int count)
    {
        foreach (var slot in Slots)
        {
            if (slot.IsOf(fill) && --count == 0)
                return slot;
        }
        return null;
    }
}
