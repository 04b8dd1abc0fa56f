using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Tape;

/// <summary>
/// Makes one story of what several sources tell. A log is identified by transaction and log index; a row names neither, so rows are paired
/// as a multiset per (transaction, wallet, token, side, size): the k-th row of any teller is the k-th log, whichever came first, and two
/// connections that tell the same do not add up. Pure: time comes in, decisions go out.
/// </summary>
internal sealed class Merger(TapeRules rules)
{
    // A match is mined within seconds; on a bad day the venue sends it again, for minutes.
    private static readonly TimeSpan MinedWithin = TimeSpan.FromMinutes(10);

    private readonly Dictionary<TxHash, TxGroup> _busy = [];
    private readonly Archive _settled = new(rules.Remembered);
    private readonly Queue<TxHash> _byAge = [];
    private readonly Queue<(long Until, Slot Slot)> _waiting = [];
    private readonly List<Slot> _unproven = [];
    private readonly Dictionary<SourceId, int> _lives = [];
    private readonly Tellers _tellers = new();
    private readonly SecondLook _again = new();

    internal bool ChainIsUp { get; set; }

    internal long Dropped { get; private set; }

    /// <summary>Transactions that are only remembered.</summary>
    internal int PutAway => _settled.Count;

    /// <summary>When the next waiting row wants a decision, or null.</summary>
    internal long? NextDue => _waiting.TryPeek(out var first) ? first.Until : null;

    /// <summary>The source starts over: what it repeats now it does not tell for a second time.</summary>
    internal void Up(SourceId source) => _lives[source] = _lives.GetValueOrDefault(source) + 1;

    internal void Observe(SourceId source, ImmutableArray<Observation> what, Moment now, Decisions to)
    {
        foreach (var one in what)
            _settled.Touch(TxOf(one));
        foreach (var one in what)
            Observe(source, one, now, to);
    }

    internal void Observe(SourceId source, Observation what, Moment now, Decisions to)
    {
        switch (what)
        {
            case Observation.Log log:
                Log(source, log, now, to);
                break;
            case Observation.Row row:
                Row(source, row, now, to);
                break;
            case Observation.LogRemoved removed:
                Remove(removed, to);
                break;
        }
    }

    /// <summary>
    /// Every log of these blocks has been told: a row of a mined transaction that met none is nobody's fill, and taken back if it went out.
    /// So is one whose transaction was not mined in all that time; should it be after all, its log brings the fill back. And what stood
    /// there before and does not any more was taken back by a reorg.
    /// </summary>
    internal void Swept(long from, long through, long time, Decisions to)
    {
        foreach (var (_, slot) in _waiting)
        {
            if (slot.State == SlotState.Waiting && slot.Group.Block <= through)
                Drop(slot);
        }
        foreach (var slot in _again.Swept(from, through, to.LetGo))
            Remove(slot, to);
        foreach (var slot in _unproven)
        {
            var isDisproved = slot.Group.Block is { } mined ? mined <= through : (slot.Fill.Timestamp * 1000) + (long)MinedWithin.TotalMilliseconds <= time;
            if (slot.IsUnproven && isDisproved)
                Remove(slot, to);
        }
        _unproven.RemoveAll(static slot => !slot.IsUnproven);
    }

    /// <summary>How far an earlier run has swept.</summary>
    internal void Started(long? sweptThrough) => _again.Started(sweptThrough);

    /// <summary>Rows that have waited long enough go out as they are, unless their transaction is known to be mined: then the sweep decides.</summary>
    internal void Due(long running, Decisions to)
    {
        while (_waiting.TryPeek(out var first))
        {
            var slot = first.Slot;
            if (slot.State == SlotState.Waiting)
            {
                if (first.Until > running)
                    return;
                if (slot.Group.Block is null)
                    ReleaseNow(slot, to);
                else
                    Postpone(slot, running);
            }
            _waiting.Dequeue();
        }
    }

    /// <summary>What the tape holds already, told after a restart: it must not be told again.</summary>
    internal void Remember(Fill fill, long offset, bool removed)
    {
        var group = GroupOf(fill.Tx);
        var slot = new Slot(group, fill) { State = SlotState.Released, Offset = offset, Removed = removed, IsNamed = true, IsAppended = true };
        group.Add(slot);
        if (rules.HasChain)
            _again.Remember(slot);
        group.Block = fill.Block ?? group.Block;
        if (slot.IsUnproven)
            _unproven.Add(slot);
    }

    /// <summary>What was told of this transaction and is not on the tape.</summary>
    internal ImmutableArray<PendingFill> Pending(TxHash tx) => _busy.TryGetValue(tx, out var group)
        ? [.. group.Slots.Where(static slot => slot.Offset == 0).Select(static slot => new PendingFill(slot.Fill, slot.State == SlotState.Dropped || slot.Removed, slot.Marks))]
        : [];

    private void Log(SourceId source, Observation.Log log, Moment now, Decisions to)
    {
        var fill = log.Fill;
        var group = GroupOf(fill.Tx);
        group.Block = fill.Block;
        Slot? meets = null, doubted = null;
        foreach (var slot in group.Slots)
        {
            if (slot.Is(log))
            {
                // Push and sweep tell the same; what could not be kept when it was told first is welcome again.
                if (slot is { IsShed: true, IsNamed: true })
                {
                    slot.IsNamed = false;       // once, however often it is told while it waits for its name again
                    to.Released.Add(slot);
                }
                slot.BlockHash = log.BlockHash ?? slot.BlockHash;
                Told(slot, log);
                Seen(slot, MarkKind.Log, source, now.Wall, to);
                return;
            }
            if (rules.HasChain && slot.MayBeMovedBy(log))
                doubted = slot;
            var isIt = slot.State != SlotState.Dropped && (slot.HasLog ? slot.WasMovedBy(log) : slot.IsOf(fill));
            if (isIt && (meets is null || slot.HasLog))
                meets = slot;
        }
        // One fill or two: the chain is going to say, in a moment or when it is back.
        if (doubted is not null && meets is not { HasLog: true })
        {
            Seen(doubted, MarkKind.Log, source, now.Wall, to);
            return;
        }
        if (meets is null)
        {
            meets = new Slot(group, fill) { Data = log.Data };
            group.Add(meets);
        }
        else
        {
            meets.Fill = fill with { Market = Fuller(fill.Market, meets.Fill.Market) };
            meets.Removed = false;
        }
        meets.BlockHash = log.BlockHash;
        Told(meets, log);
        Seen(meets, MarkKind.Log, source, now.Wall, to);
        if (meets.State == SlotState.Released)
            to.Changed.Add((EntryKind.Confirmed, meets));
        else
            ReleaseNow(meets, to);
    }

    /// <summary>Without a chain nobody sweeps, and what is kept for the next sweep would be kept for ever.</summary>
    private void Told(Slot slot, Observation.Log log)
    {
        if (rules.HasChain)
            _again.Told(slot, isSeen: log.BlockHash is not null);
    }

    private void Row(SourceId source, Observation.Row row, Moment now, Decisions to)
    {
        var fill = row.Fill;
        var group = GroupOf(fill.Tx);
        var count = group.CountRow(new Teller(source, _lives.GetValueOrDefault(source), row.Topic), fill);
        if (group.SlotOf(fill, count) is { } known)
        {
            if (fill.IsTaker && !known.HasLog)
                known.Fill = known.Fill with { IsTaker = true };     // trades told of it first
            Seen(known, MarkKind.Row, source, now.Wall, to);
            return;
        }
        var slot = new Slot(group, fill);
        group.Add(slot);
        Seen(slot, MarkKind.Row, source, now.Wall, to);
        if (rules.Release == Release.First || !ChainIsUp)
        {
            ReleaseNow(slot, to);
            return;
        }
        Postpone(slot, now.Running);
        if (!group.FetchAsked)
        {
            group.FetchAsked = true;
            to.Fetch.Add(fill.Tx);
        }
    }

    private void Remove(Observation.LogRemoved log, Decisions to)
    {
        if (Known(log.Tx) is not { } group)
            return;
        foreach (var slot in group.Slots)
        {
            if (!slot.IsTakenBackBy(log))
                continue;
            Remove(slot, to);
            return;
        }
    }

    private static void Remove(Slot slot, Decisions to)
    {
        slot.Removed = true;
        to.Changed.Add((EntryKind.Removed, slot));
    }

    private void Postpone(Slot slot, long running) => _waiting.Enqueue((running + (long)rules.WaitAtMost.TotalMilliseconds, slot));

    private void ReleaseNow(Slot slot, Decisions to)
    {
        slot.State = SlotState.Released;
        to.Released.Add(slot);
        if (slot.IsUnproven && rules.HasChain)
            _unproven.Add(slot);
    }

    private void Drop(Slot slot)
    {
        slot.State = SlotState.Dropped;
        Dropped++;
    }

    private TxGroup GroupOf(TxHash tx)
    {
        if (Known(tx) is { } group)
            return group;
        group = new TxGroup(tx);
        Take(group);
        return group;
    }

    private TxGroup? Known(TxHash tx)
    {
        if (_busy.TryGetValue(tx, out var group))
            return group;
        group = _settled.Take(tx);
        if (group is not null)
            Take(group);
        return group;
    }

    private void Take(TxGroup group)
    {
        _busy.Add(group.Tx, group);
        _byAge.Enqueue(group.Tx);
        while (_byAge.Count > rules.Remembered)
            _busy.Remove(_byAge.Dequeue());
    }

    private static TxHash TxOf(Observation what) => what switch
    {
        Observation.Log log => log.Fill.Tx,
        Observation.Row row => row.Fill.Tx,
        Observation.LogRemoved removed => removed.Tx,
        _ => default,
    };

    /// <summary>Somebody has let go of this fill. When nobody has any of its transaction in hand, it is only remembered.</summary>
    internal void LetGo(Slot slot)
    {
        var group = slot.Group;
        if (!group.IsSettled || (rules.HasChain && group.Slots.Any(static one => one.IsUnproven)) || _busy.GetValueOrDefault(group.Tx) != group)
            return;
        if (_settled.TryKeep(group))
            _busy.Remove(group.Tx);
    }

    private void Seen(Slot slot, MarkKind kind, SourceId source, long now, Decisions to)
    {
        var (feed, name) = _tellers.Of(source);
        if (!slot.IsNewTo(feed))
        {
            if (slot.IsSettled)
                to.LetGo.Add(slot);
            return;
        }
        slot.Mark(kind, name, now);
        if (slot.Offset > 0)
            to.Marked.Add(slot);    // the others are told of when they are stored
    }

    private static MarketText Fuller(MarketText a, MarketText b) => a.Slug.Length > 0 ? a : b;
}

/// <summary>What a step of the merger decided. Reused from step to step.</summary>
internal sealed class Decisions
{
    internal List<Slot> Released { get; } = [];

    /// <summary>Confirmed and removed, in the order in which it was told: taken back and mined again is not mined and taken back.</summary>
    internal List<(EntryKind Kind, Slot Slot)> Changed { get; } = [];

    internal List<TxHash> Fetch { get; } = [];

    /// <summary>Stored fills that one more feed has told of.</summary>
    internal List<Slot> Marked { get; } = [];

    /// <summary>Somebody who had them in hand has them no more.</summary>
    internal List<Slot> LetGo { get; } = [];

    internal void Clear()
    {
        Released.Clear();
        Changed.Clear();
        Fetch.Clear();
        Marked.Clear();
        LetGo.Clear();
    }
}
