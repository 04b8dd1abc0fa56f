using System.Runtime.InteropServices;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Tape;

/// <summary>
/// What is on its way to the store. What arrives during one commit is the next one. Offsets are given when a commit is made, so that
/// they are dense whatever happens before; a commit that failed is tried again as it is.
/// </summary>
internal sealed class Commits(TapeRules rules, long epoch, TapeHead head, Func<Fill, ReadOnlyMemory<byte>> encode)
{
    // About what a store commits in ten milliseconds.
    private const int MostInCommit = 2_000;

    private readonly List<Item> _pending = [];
    private readonly List<Item> _inFlight = [];
    private readonly List<TapeEntry> _appended = [], _confirmed = [], _news = [];      // while they are gathered
    private readonly List<long> _removed = [];
    private TapeCommit? _commit;
    private bool _writing;
    private bool _mayTry = true;
    private long _bytes;
    private long? _sweptBlock = head.SweptBlock;
    private long? _began;       // of the sweeps of this run, before the first
    private (long Block, long Time)? _swept;        // with nothing before it that is not in a commit already
    private long _newest = head.Newest;
    private (long Newest, long? SweptBlock, long? SweptTime) _stored = (head.Newest, head.SweptBlock, head.SweptTime);
    private (long From, long To)? _shed;
    private int _sentAhead;

    internal bool IsDegraded { get; set; }

    internal TapeHead Head => new(epoch, Oldest, _stored.Newest, _stored.SweptBlock, _stored.SweptTime);

    /// <summary>What is older is gone.</summary>
    internal long Oldest { get; private set; } = head.Oldest;

    /// <summary>Something was sent that is not stored yet.</summary>
    internal bool IsBehind => _sentAhead > 0;

    internal void Append(Slot slot, bool late)
    {
        slot.IsNamed = true;
        if (slot.Removed)
            return;     // taken back before anybody was told of it
        slot.IsAppended = true;
        // What was given up and found again is told again, as late: who was there has had it without a position, who came since has not.
        Add(new Item(EntryKind.Fill, slot, DataOf(slot)) { Late = late || slot.IsShed, IsFoundAgain = slot.IsShed });
        slot.IsShed = false;
    }

    /// <summary>A fill that still waits for its name is appended with all that is known then.</summary>
    internal void Confirm(Slot slot, bool late)
    {
        if (slot.IsAppended)
            Add(new Item(EntryKind.Confirmed, slot, DataOf(slot)));
        else if (slot.IsNamed)
            Append(slot, late);
    }

    internal void Remove(Slot slot)
    {
        if (slot.IsAppended)
            Add(new Item(EntryKind.Removed, slot, DataOf(slot)));
    }

    /// <summary>False: there are blocks between what was swept before and this; then it is no progress.</summary>
    internal bool TrySweep(long from, long through, long time)
    {
        if (from > _sweptBlock + 1)
            return false;
        _began ??= from - 1;
        if (through <= _sweptBlock)
            return true;
        _sweptBlock = through;
        if (_shed is not null)
            return true;        // it is no progress over what was given up
        if (_pending.Count > 0)
            CollectionsMarshal.AsSpan(_pending)[^1].Swept = (through, time);
        else
            _swept = (through, time);
        return true;
    }

    /// <summary>What is stored, or kept to be, was swept to here, and no further: the chain is to be swept again from behind it.</summary>
    internal long? SweepAgain() => _sweptBlock = _pending.FindLast(static item => item.Swept is not null).Swept?.Block ?? _swept?.Block ?? _stored.SweptBlock ?? _began;

    internal long? SweptBlock => _sweptBlock;

    /// <summary>The next commit, or null: one is in flight, the store rests after a failure, or there is nothing.</summary>
    internal TapeCommit? Next()
    {
        if (_writing || !_mayTry)
            return null;
        _commit ??= Make();
        _writing = _commit is not null;
        return _commit;
    }

    /// <summary>The commit is durable: what of it has not been sent yet may be. The answer is good until the next call.</summary>
    /// <param name="traces">Gets what happened to the fills of it until now.</param>
    /// <param name="letGo">Gets what the commit had in hand.</param>
    internal List<TapeEntry> Committed(long now, List<FillTrace> traces, List<Slot> letGo)
    {
        _writing = false;
        IsDegraded = false;
        _stored = (_newest, _commit!.SweptBlock, _commit.SweptTime);
        _commit = null;
        _news.Clear();
        foreach (ref var item in CollectionsMarshal.AsSpan(_inFlight))
        {
            _bytes -= item.Data.Length;
            item.Slot.Holds--;
            letGo.Add(item.Slot);
            if (item.Slot.Offset > 0)
            {
                item.Slot.Mark(item.Mark, "", now);
                traces.Add(item.Slot.TakeTrace());
            }
            if (item.Sent)
                _sentAhead--;
            else if (item.Slot.Offset > 0)
                _news.Add(item.Stored!);
        }
        _inFlight.Clear();
        return _news;
    }

    /// <summary>A position before this is too old from now on.</summary>
    internal void Trimmed(long oldest) => Oldest = oldest;

    internal void Failed() => (_writing, _mayTry) = (false, false);

    internal void MayTryAgain() => _mayTry = true;

    /// <summary>What nobody has been sent and the store has not taken. The answer is good until the next call.</summary>
    internal List<TapeEntry> Unwritten(long now)
    {
        _news.Clear();
        SendAhead(_inFlight, now);
        SendAhead(_pending, now);
        return _news;
    }

    private void SendAhead(List<Item> items, long now)
    {
        foreach (ref var item in CollectionsMarshal.AsSpan(items))
        {
            if (item.Sent || item.IsFoundAgain)
                continue;
            item.Sent = true;
            _sentAhead++;
            if (item.Kind == EntryKind.Fill)
                item.Slot.Mark(MarkKind.SentAhead, "", now);
            _news.Add(item.Entry(null));
        }
    }

    /// <summary>Keeps the buffer within its bound: the newest fills are given up, for the oldest are next. What changes a stored fill is kept, it is little.</summary>
    internal void Shed()
    {
        for (var at = _pending.Count - 1; at >= 0 && _bytes > rules.BufferBytes; at--)
        {
            var item = _pending[at];
            if (item.Kind != EntryKind.Fill)
                continue;
            _pending.RemoveAt(at);
            foreach (ref var later in CollectionsMarshal.AsSpan(_pending)[at..])
                later.Swept = null;
            _bytes -= item.Data.Length;
            item.Slot.Holds--;
            if (item.Sent)
                _sentAhead--;
            item.Slot.IsAppended = false;
            item.Slot.IsShed = true;
            // As it may have been sent and as it is known by now: a row has another time than its block.
            foreach (var time in (ReadOnlySpan<long>)[item.Time, item.Slot.Fill.Timestamp * 1000])
                _shed = _shed is { } span ? (Math.Min(span.From, time), Math.Max(span.To, time)) : (time, time);
        }
    }

    /// <summary>The time span of the fills given up since the last look, told when the store takes up again.</summary>
    internal (long From, long To)? TakeShed()
    {
        var shed = _shed;
        _shed = null;
        return shed;
    }

    /// <summary>What came in the form that clients get goes on as it came.</summary>
    private ReadOnlyMemory<byte> DataOf(Slot slot) => slot.TakeData() is { IsEmpty: false } data ? data : encode(slot.Fill);

    private void Add(Item item)
    {
        _pending.Add(item);
        item.Slot.Holds++;
        _bytes += item.Data.Length;
    }

    private TapeCommit? Make()
    {
        if (_pending.Count == 0 && _swept is null)
            return null;
        var taken = Math.Min(_pending.Count, MostInCommit);
        _inFlight.AddRange(CollectionsMarshal.AsSpan(_pending)[..taken]);
        _pending.RemoveRange(0, taken);
        // The sweep's progress goes with the fills that it found: never ahead of them, and never far behind.
        var swept = _swept;
        _swept = null;
        foreach (ref var item in CollectionsMarshal.AsSpan(_inFlight))
        {
            swept = item.Swept ?? swept;
            if (item.Kind == EntryKind.Fill)
                item.Slot.Offset = ++_newest;
            if (item.Slot.Offset == 0)
                continue;       // its fill was shed: there is no row to change
            var entry = item.Stored = item.Entry(new Position(epoch, item.Slot.Offset));
            switch (item.Kind)
            {
                case EntryKind.Fill:
                    _appended.Add(entry);
                    break;
                case EntryKind.Confirmed:
                    _confirmed.Add(entry);
                    _removed.Remove(item.Slot.Offset);       // mined again within one commit
                    break;
                default:
                    _removed.Add(item.Slot.Offset);
                    break;
            }
        }
        var commit = new TapeCommit([.. _appended], [.. _confirmed], [.. _removed], swept?.Block ?? _stored.SweptBlock, swept?.Time ?? _stored.SweptTime);
        _appended.Clear();
        _confirmed.Clear();
        _removed.Clear();
        return commit;
    }

    private struct Item(EntryKind kind, Slot slot, ReadOnlyMemory<byte> data)
    {
        private readonly Fill _fill = slot.Fill;

        internal EntryKind Kind => kind;
        internal MarkKind Mark => kind switch { EntryKind.Fill => MarkKind.Numbered, EntryKind.Confirmed => MarkKind.Confirmed, EntryKind.Removed => MarkKind.Removed };
        internal Slot Slot => slot;
        internal ReadOnlyMemory<byte> Data => data;
        internal long Time => _fill.Timestamp * 1000;
        internal bool Late { get; init; }

        /// <summary>It was sent without a position once already: the next time it has one.</summary>
        internal bool IsFoundAgain { get; init; }
        internal bool Sent { get; set; }

        /// <summary>From its commit on: the same for the store and for everybody who is told.</summary>
        internal TapeEntry? Stored { get; set; }

        /// <summary>With this and all before it stored, the chain was swept through here.</summary>
        internal (long Block, long Time)? Swept { get; set; }

        internal TapeEntry Entry(Position? position) => new(kind, position, _fill, Late, data);
    }
}
