using Oddswire.Actors.Ports;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors.Ledger;

/// <summary>
/// /ledger: the record of feeds, gaps and clients. It takes what it is told at once, so that nobody waits and nothing piles up in front of it;
/// its child writes, many entries in one commit. What is on record is told on: gaps of orders to clients, heads of streams to the log.
/// </summary>
public sealed class LedgerActor(Fence fence, LedgerBacklog backlog, IChangedStreams changed, Func<ActorRef<SessionsMessage>?> sessions) : Actor<LedgerMessage>
{
    public const string Stream = "ledger";

    private sealed record HeadsDue : LedgerMessage;
    private sealed record FoldDue : LedgerMessage;

    private static readonly TimeSpan HeadsEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FoldAfter = TimeSpan.FromSeconds(1);
    private const int LongestDetail = 300;

    private readonly HeadBook _heads = new(changed);
    private readonly RefusalFold _refusals = new();
    private readonly List<ActorRef<LedgerMessage>> _settling = [];
    private ActorRef<RecordMessage> _record = null!;
    private long? _sequence;        // null: the record is not there, or writes

    protected override SupervisorStrategy Supervision => AboveJournal.Strategy;

    protected override ValueTask PreStart()
    {
        _record = Spawn(Props.Of(() => new LedgerRecord(fence, Self)), "record");
        Timers.Every("heads", new HeadsDue(), HeadsEvery);
        return default;
    }

    protected override ValueTask Receive(LedgerMessage message)
    {
        switch (message)
        {
            case LedgerMessage.FeedFact fact:
                backlog.Add(new LedgerEvent.Fact(Now, fact.Feed, fact.Kind, fact.Detail));
                break;
            case LedgerMessage.GapFact gap:
                backlog.Add(new LedgerEvent.GapChanged(gap.Gap, Now));
                if (gap.ReplyTo is { } waits)
                    backlog.Asked(gap.Gap.Id, waits);
                break;
            case LedgerMessage.ClientFact { Act: { Deed: Deed.Refused } refused }:
                if (!_refusals.IsWaiting)
                    Timers.Once("fold", new FoldDue(), FoldAfter);
                if (_refusals.TellsNow(refused, System.Time.GetUtcNow()))
                    Add(refused);
                break;
            case LedgerMessage.ClientFact fact:
                Add(fact.Act);
                break;
            case LedgerMessage.Quarantined quarantined:
                backlog.Add(new LedgerEvent.Quarantined(Now, quarantined.Actor, Cut(quarantined.Cause)!));
                break;
            case FoldDue:
                Fold(all: false);
                break;
            case HeadsDue:
                TakeHeads();
                break;
            case LedgerMessage.Settle settle:
                Fold(all: true);
                TakeHeads();
                _settling.Add(settle.ReplyTo);
                break;
            case RecordReached reached:
                Began(reached.State);
                Reached(reached.Sequence);
                break;
            case LedgerMessage.GetFormerRun get:
                backlog.Curious.Add(get);
                TellOfFormerRun();
                break;
            case LedgerMessage.GetGaps get:
                WriteNext();
                _record.Tell(new RecordMessage.GetGaps(get.ReplyTo));
                break;
            default:
                Unhandled(message);
                break;
        }
        return default;
    }

    /// <summary>What came in one turn is one commit.</summary>
    protected override ValueTask TurnEnded()
    {
        WriteNext();
        return default;
    }

    private long Now => System.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Add(ClientAct act, int times = 1) => backlog.Add(new LedgerEvent.Acted(
        Now, act.Deed, act.Key, act.Address, act.Protocol, act.Subscriptions, CommandText.Of(act), act.Reason, Cut(act.Detail), times)
    {
        Subject = act.Subject,
        Code = act.Code,
    });

    private void Fold(bool all)
    {
        foreach (var (act, times) in _refusals.Over(System.Time.GetUtcNow(), all))
            Add(act, times);
        if (_refusals.IsWaiting)
            Timers.Once("fold", new FoldDue(), FoldAfter);
    }

    private void TakeHeads()
    {
        foreach (var heads in _heads.Take())
            backlog.Add(new LedgerEvent.Heads(Now, heads));
    }

    private void WriteNext()
    {
        if (_sequence is not { } sequence)
            return;
        var next = backlog.Next(sequence, Now);
        if (!next.IsEmpty)
        {
            _sequence = null;
            _record.Tell(new RecordMessage.Write(next));
        }
        else
        {
            foreach (var waits in _settling)
                waits.Tell(new LedgerMessage.Settle(Self));
            _settling.Clear();
        }
    }

    /// <summary>What the run before has left open ended with it, unless somebody goes on with it: the tape, which knows what can still be found, or who asks.</summary>
    private void Began(LedgerState state)
    {
        if (backlog.Former is not null)
            return;
        backlog.Former = state;
        foreach (var gap in state.Gaps.Where(gap => gap is { State: GapState.Open, IsOfOrders: false } && !backlog.Curious.Exists(asks => asks.Feed == gap.Source)))
            backlog.Add(new LedgerEvent.GapChanged(gap with { To = Math.Max(gap.From, gap.To ?? state.Heard), State = GapState.Lost }, Now));
        TellOfFormerRun();
    }

    private void TellOfFormerRun()
    {
        if (backlog.Former is not { } former)
            return;
        foreach (var (feed, replyTo) in backlog.Curious)
        {
            var isKnown = former.Feeds.Contains(feed);
            replyTo.Tell(isKnown ? new FormerRun(feed, former.Heard, former.Gaps.LastOrDefault(gap => gap.State == GapState.Open && gap.Source == feed)) : new FormerRun(feed, null));
            former = former with { Feeds = former.Feeds.Remove(feed) };
        }
        backlog.Former = former;
        backlog.Curious.Clear();
    }

    private void Reached(long sequence)
    {
        var (writing, after) = backlog.Writing;
        if (!writing.IsEmpty && sequence == after)
        {
            _record.Tell(new RecordMessage.Write(writing));     // it was not written: the record had to start again
            return;
        }
        foreach (var e in backlog.Written())
            Tell(e);
        _sequence = sequence;
    }

    private void Tell(LedgerEvent e)
    {
        switch (e)
        {
            case LedgerEvent.GapChanged changed:
                backlog.Answered(changed.Gap.Id)?.Tell(changed.Gap.Id);
                if (changed.Gap.IsOfOrders)
                    sessions()?.Tell(new SessionsMessage.Broadcast(new SessionMessage.GapChanged(changed.Gap), ExtendedOnly: true));
                break;
            case LedgerEvent.Heads heads:
                foreach (var head in heads.Streams)
                    WriteDown(head);
                if (_heads.TakeOwn() is { } own)
                    WriteDown(own);
                break;
        }
    }

    private void WriteDown(StreamHead head) => LedgerLog.Head(Log, head.Stream, head.Sequence, Convert.ToHexStringLower(head.Hash.AsSpan()));

    private static string? Cut(string? text) => text?.Length > LongestDetail ? text[..LongestDetail] : text;
}
