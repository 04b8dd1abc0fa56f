using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Catalog;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Oddswire.Runtime;

namespace Oddswire.Actors.Tape;

/// <summary>Whom the tape talks to, and what it writes with.</summary>
/// <param name="Encode">A fill in the form that clients get; called once for what did not come in that form.</param>
public sealed record TapeWiring(
    ITape Store,
    long Epoch,
    Func<Fill, ReadOnlyMemory<byte>> Encode,
    ActorRef<CatalogMessage> Catalog,
    ActorRef<LedgerMessage> Ledger,
    ImmutableArray<ActorRef<HubMessage>> Directories)
{
    /// <summary>Who keeps what happened to fills; null: nobody.</summary>
    public ActorRef<TraceMessage>? Traces { get; init; }
}

/// <summary>
/// The one owner of the tape: merges the sources, names the markets, numbers each fill, commits in groups and publishes what is committed.
/// A fill goes Merger -> NamedFills -> Commits -> Publisher; this class is the order of those steps, and time.
/// </summary>
public sealed partial class TapeActor(TapeRules rules, TapeWiring wiring) : Actor<TapeMessage>
{
    private sealed record GapsOnRecord(ImmutableArray<Gap> Gaps) : TapeMessage;
    private sealed record Committed(long Oldest) : TapeMessage;
    private sealed record CommitFailed(Exception Cause) : TapeMessage;
    private sealed record GapRecorded(GapId Gap) : TapeMessage;
    private sealed record Wake : TapeMessage;
    private sealed record LosePatience : TapeMessage;
    private sealed record Retry : TapeMessage;

    private const int MostRemembered = 50_000;

    private readonly Merger _merger = new(rules);
    private readonly NamedFills _named = new(rules.CatalogWait);
    private readonly Publisher _publisher = new(wiring.Directories);
    private readonly Decisions _decisions = new();
    private readonly List<Gap> _gaps = [];
    private readonly HashSet<GapId> _unrecorded = [];
    private readonly List<Slot> _slots = [];
    private readonly List<TokenId> _ask = [];
    private readonly List<FillTrace> _traces = [];
    private readonly Dictionary<SourceId, ActorRef<ChainQuestion>> _chains = [];
    private readonly Queue<(long Behind, TapeMessage.Swept Swept)> _sweeps = [];
    private ActorRef<GapId>? _recorded;
    private ImmutableArray<long> _toldLate = [];
    private long _wakeAt = long.MaxValue;
    private Coverage? _coverage;
    private Commits? _commits;
    private string? _degraded;

    protected override async ValueTask PreStart()
    {
        _recorded = Adapt<GapId>(static gap => new GapRecorded(gap));
        var head = await wiring.Store.Open();
        var newest = await wiring.Store.Newest(MostRemembered);
        foreach (var entry in newest)
            _merger.Remember(entry.Fill, entry.Position!.Value.Offset, entry.Kind == EntryKind.Removed);
        wiring.Traces?.Tell(new TraceMessage.Remembered([.. newest.Select(static entry => new FillTrace(entry.Position!.Value.Offset, entry.Fill.Tx, entry.Fill.Order, []))]));
        _toldLate = [.. newest.Where(static entry => entry.Late).Select(static entry => entry.Fill.Timestamp * 1000)];
        _merger.Started(head.SweptBlock);
        _commits = new Commits(rules, wiring.Epoch, head, wiring.Encode);
        _coverage = new Coverage(rules.HasChain, System.Random);
        _coverage.Started(head.SweptTime, newest.IsEmpty ? null : newest[^1].Fill.Timestamp * 1000, Now, _gaps);
        TellGaps();
        wiring.Ledger.Tell(new LedgerMessage.GetGaps(Adapt<ImmutableArray<Gap>>(static gaps => new GapsOnRecord([.. gaps.Where(static gap => gap.IsOfOrders)]))));
    }

    protected override ValueTask Receive(TapeMessage message)
    {
        switch (message)
        {
            case TapeMessage.Observed observed:
                TapeMetrics.Observed(observed.Source, observed.What.Length);
                _merger.Observe(observed.Source, observed.What, Moment.Of(System.Time), _decisions);
                break;
            case TapeMessage.SourceUp up:
                SourceUp(up);
                break;
            case TapeMessage.SourceDown down:
                _chains.Remove(down.Source);
                _coverage!.Down(down.Source, down.Since, down.Reason, _gaps);
                _merger.ChainIsUp = _coverage.ChainIsUp;
                break;
            case TapeMessage.Swept swept:
                _merger.Swept(swept.From, swept.Through, swept.Time, _decisions);
                // What was told of its blocks may still wait for a name, and the sweep's progress must not be stored ahead of it.
                Carry();
                _sweeps.Enqueue((_named.Taken, swept));
                break;
            case TapeMessage.Described described:
                _named.Described(described.Tokens, _slots);
                break;
            case TapeMessage.Passed passed:
                _publisher.Passed(passed);
                break;
            case GapsOnRecord onRecord:
                _coverage!.Restore(onRecord.Gaps, _toldLate, Now, _gaps);
                _toldLate = [];
                break;
            case GapRecorded recorded:
                _unrecorded.Remove(recorded.Gap);
                break;
            case TapeMessage.GetHead get:
                get.ReplyTo.Tell(_commits!.Head with { IsBehind = _commits.IsBehind, Degraded = _degraded });
                break;
            case TapeMessage.GetPending get:
                get.ReplyTo.Tell(_merger.Pending(get.Tx));
                break;
            case Wake:
                _merger.Due(Running, _decisions);
                _named.Due(Running, _slots);
                _wakeAt = long.MaxValue;
                break;
            default:
                StoreSaid(message);
                break;
        }
        return default;
    }

    /// <summary>What the turn gathered goes on: names, one commit, one batch.</summary>
    protected override ValueTask TurnEnded()
    {
        Carry();
        Sweep();
        Commit();
        _publisher.Publish(Self);
        TellGaps();
        TellTraces();
        WakeWhenDue();
        return default;
    }

    private void SourceUp(TapeMessage.SourceUp up)
    {
        if (up.Chain is { } chain)
            _chains[up.Source] = chain;
        _merger.Up(up.Source);
        _coverage!.Up(up.Source, up.Kind, Now, _gaps);
        _merger.ChainIsUp = _coverage.ChainIsUp;
    }

    private void Carry()
    {
        var now = Moment.Of(System.Time);
        foreach (var slot in _decisions.Released)
        {
            _coverage!.Found(slot.Fill.Timestamp * 1000);
            if (_named.TryName(slot, now.Running, out var ask))
                _slots.Add(slot);
            if (ask)
                _ask.Add(slot.Fill.Token);
        }
        foreach (var slot in _slots)
            _commits!.Append(slot, IsToldLate(slot.Fill, now.Wall));
        foreach (var (kind, slot) in _decisions.Changed)
        {
            if (kind == EntryKind.Confirmed)
                _commits!.Confirm(slot, !slot.IsAppended && IsToldLate(slot.Fill, now.Wall));
            else
                _commits!.Remove(slot);
        }
        foreach (var tx in _decisions.Fetch)
            AskChains(new ChainQuestion.Logs(tx));
        foreach (var slot in _decisions.Marked)
        {
            _traces.Add(slot.TakeTrace());
            _merger.LetGo(slot);
        }
        foreach (var slot in _decisions.LetGo)
            _merger.LetGo(slot);
        if (_ask.Count > 0)
            wiring.Catalog.Tell(new CatalogMessage.Describe([.. _ask], Self));
        _decisions.Clear();
        _slots.Clear();
        _ask.Clear();
    }

    /// <summary>A sweep that closes a gap is progress when the gap is on record: should the gateway end before, the next one starts from the gap.</summary>
    private void Sweep()
    {
        while (_unrecorded.Count == 0 && _sweeps.TryPeek(out var sweep) && _named.HasLetGo(sweep.Behind))
        {
            _sweeps.Dequeue();
            if (_commits!.TrySweep(sweep.Swept.From, sweep.Swept.Through, sweep.Swept.Time))
                _coverage!.Swept(sweep.Swept.Time, _gaps, sweep.Swept.Through - sweep.Swept.From);
            else
                AskChains(new ChainQuestion.SweepAfter(_commits.SweptBlock!.Value));
        }
    }

    private void AskChains(ChainQuestion question)
    {
        foreach (var chain in _chains.Values)
            chain.Tell(question);
    }

    private bool IsToldLate(Fill fill, long now)
    {
        var time = fill.Timestamp * 1000;
        if (now - time <= rules.LateAfter.TotalMilliseconds)
            return false;
        _coverage!.FoundLate(time, _gaps);
        return true;
    }

    private void TellGaps()
    {
        foreach (var gap in _gaps)
        {
            _unrecorded.Add(gap.Id);
            wiring.Ledger.Tell(new LedgerMessage.GapFact(gap, _recorded!));
        }
        _gaps.Clear();
    }

    private void TellTraces()
    {
        if (_traces.Count > 0)
            wiring.Traces?.Tell(new TraceMessage.Told([.. _traces], _commits!.Oldest));
        _traces.Clear();
    }

    private void WakeWhenDue()
    {
        var due = Math.Min(_merger.NextDue ?? long.MaxValue, _named.NextDue ?? long.MaxValue);
        if (due >= _wakeAt)
            return;
        _wakeAt = due;
        Timers.Once("wake", new Wake(), TimeSpan.FromMilliseconds(Math.Max(1, due - Running)));
    }

    private long Now => Moment.Of(System.Time).Wall;

    private long Running => Moment.Of(System.Time).Running;
}
