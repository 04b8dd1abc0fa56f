using System.Buffers;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Polygon;

namespace Oddswire.Actors.Feeds;

/// <summary>How a chain source is asked.</summary>
/// <param name="Range">Blocks in one eth_getLogs; halved when the node finds it too large.</param>
/// <param name="Confirmations">Blocks that must lie over a log before it is told.</param>
public sealed record PolygonRules(LogFilter Filter, TimeSpan Sweep, int Range, int Confirmations)
{
    /// <summary>The node is asked for its head at least this often.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>
/// A Polygon node over JSON-RPC. Logs are pushed, and swept behind the push, since nodes forget to push some. A log carries no time:
/// it waits until the header of its block is known.
/// <code>
///   tick: eth_blockNumber -> head -> eth_getLogs [through - 3 .. head] -> headers that are missing -> logs in order, Swept(head)
/// </code>
/// </summary>
public sealed partial class PolygonConversation(PolygonRules rules, SweepCursor cursor) : IConversation
{
    // Blocks that are looked at a second time, by a later sweep: a node may have known them only in part, and a reorg may have replaced them.
    private const int SecondLook = 3;

    // More than a sweep finds; a node that tells of ever more blocks without their headers is none.
    private const int MostWaiting = 250_000;

    private readonly BlockTimes _times = new();
    private readonly WaitingLogs _waiting = new();
    private readonly ToldBlocks _told = new();
    private Sweep? _sweep;
    private bool _sweepIsDue = true;
    private long _sweepDueAt;
    private long _head = -1;
    private long _highest = -1;

    private sealed class Sweep(long id, long from, long to)
    {
        internal long Id { get; } = id;
        internal long From { get; } = from;
        internal long To { get; } = to;
        internal int Blocks { get; } = (int)(to - from + 1);
        internal bool HasLogs { get; set; }
    }

    public TimeSpan TickEvery => rules.Sweep < rules.Heartbeat ? rules.Sweep : rules.Heartbeat;

    public void Opened(IReadOnlyCollection<Interest> wanted, Talk talk)
    {
        cursor.Open(rules.Range);
        _sweepDueAt = talk.Running;
        Ask(new(Asked.Subscribe), talk, (id, frame) => PolygonRequestCodec.EncodeSubscribeLogs(id, rules.Filter, frame));
        AskHead(talk);
    }

    public void Tick(Talk talk)
    {
        if (IsUnanswered(talk.Running))
        {
            talk.Fail("the node does not answer any more");
            return;
        }
        // Half a tick early is on time: ticks do not come to the millisecond.
        if (talk.Running - _sweepDueAt >= (rules.Sweep - (TickEvery / 2)).TotalMilliseconds)
            (_sweepIsDue, _sweepDueAt) = (true, talk.Running);
        _times.WantMissed();
        AskTimes(talk);
        AskHead(talk);
    }

    public void Ask(ChainQuestion question, Talk talk)
    {
        switch (question)
        {
            case ChainQuestion.Logs logs:
                AskReceipt(new(Asked.Receipt, Tx: logs.Tx), talk);
                break;
            case ChainQuestion.SweepAfter after when cursor.Through is null || after.Block < cursor.Through || after.Block < _sweep?.To:
                cursor.Through = Math.Min(cursor.Through ?? after.Block, after.Block);
                cursor.Floor = Math.Min(cursor.Floor, after.Block);
                EndLook();              // its answer is about blocks further on, or was told already and not kept
                _sweepIsDue = true;
                AskHead(talk);
                break;
        }
    }

    public void Heard(ReadOnlyMemory<byte> frame, Talk talk)
    {
        switch (PolygonFrameCodec.Decode(frame.Span))
        {
            case PolygonFrame.Pushed pushed:
                talk.Data();
                Tell(pushed.Batch, talk);
                break;
            case PolygonFrame.Error error:
                Refused(error, talk);
                break;
            case PolygonFrame.Malformed:
                talk.NotUnderstood();
                break;
            case var answer when IdOf(answer) is { } id && Answers(id, out var question):
                Answered(id, question, answer, talk);
                break;
        }
    }

    private void Answered(long id, Question question, PolygonFrame answer, Talk talk)
    {
        switch (question.What, answer)
        {
            case (Asked.Receipt, PolygonFrame.Receipt receipt):
                // A receipt has the logs of every contract that took part; only the exchanges' are fills.
                Tell(receipt.Batch with { Fills = receipt.Batch.Fills.RemoveAll(fill => !rules.Filter.Contracts.Contains(fill.Exchange)) }, talk);
                break;
            case (Asked.Logs, PolygonFrame.Logs logs):
                Looked(logs, talk);
                break;
            case (Asked.Header, PolygonFrame.Header header) when header.Block == question.Block:
                _times.Learn(header.Block, header.Timestamp);
                TellBlock(header.Block, talk);
                AskTimes(talk);
                EndSweep(talk);
                break;
            case (Asked.Head, PolygonFrame.Text { Number: { } head }):
                HeadIs(head, talk);
                break;
            case (Asked.Subscribe, PolygonFrame.Text):
                break;
            default:
                HasNothing(id, question, talk);     // null, or an answer to something else
                break;
        }
    }

    private void HeadIs(long head, Talk talk)
    {
        // A head that stands still is an answer, and no sign of a living chain.
        if (head > _head)
            talk.Data();
        _head = Math.Max(_head, head);
        talk.Live();
        Reached(head, talk);
        var through = head - rules.Confirmations;
        if (cursor.Through is null)
            (cursor.Through, cursor.Floor) = (through - 1, through);
        if (!_sweepIsDue || _sweep is not null || through < cursor.Through)
            return;
        var range = cursor.Range!.Value;
        var from = Math.Max(cursor.Floor, cursor.Through.Value + 1 - Math.Min(SecondLook, range / 2));
        var to = Math.Min(through, from + range - 1);
        if (from > to)
            return;
        _sweepIsDue = false;
        _sweep = new(Ask(new(Asked.Logs), talk, (id, frame) => PolygonRequestCodec.EncodeGetLogs(id, rules.Filter, from, to, frame)), from, to);
        cursor.Looking = _sweep.Blocks;
    }

    private void Looked(PolygonFrame.Logs logs, Talk talk)
    {
        foreach (var vanished in _told.Vanished(logs.Batch.Fills))
            talk.Observe(vanished);
        Tell(logs.Batch, talk);
        if (_sweep?.Id != logs.Id)
            return;     // a sweep that was given up
        _sweep.HasLogs = true;
        _times.Want(_sweep.To);
        AskTimes(talk);
        EndSweep(talk);
    }

    /// <summary>A sweep has ended when its logs and the times of their blocks are there.</summary>
    private void EndSweep(Talk talk)
    {
        if (_sweep is not { HasLogs: true } sweep || _waiting.AnyThrough(sweep.To) || !_times.TryGet(sweep.To, out var time))
            return;
        EndLook();
        var wasWhole = sweep.Blocks >= cursor.Range;
        cursor.Through = Math.Max(cursor.Through ?? 0, sweep.To);
        talk.SweptBlocks(sweep.From, sweep.To, time * 1000);
        if (!wasWhole)
            return;
        cursor.LookedAtWhole(rules.Range);
        _sweepIsDue = true;
        AskHead(talk);      // far behind: no waiting for the next tick
    }

    private void EndLook()
    {
        _sweep = null;
        cursor.Looking = null;
    }

    private void Tell(LogBatch batch, Talk talk)
    {
        foreach (var fill in batch.Fills)
        {
            if (fill.Removed)
            {
                _waiting.Remove(fill);
                talk.Observe(new Observation.LogRemoved(fill.Tx, fill.LogIndex, fill.Block, fill.BlockHash));
                continue;
            }
            if (fill.BlockTime is { } time)
                _times.Learn(fill.Block, time);
            else
                _times.Want(fill.Block);
            _waiting.Add(fill);
        }
        foreach (var _ in batch.Faults)
            talk.NotUnderstood();
        if (_waiting.Count > MostWaiting)
        {
            talk.Fail("the node tells of blocks whose headers it does not have");
            return;
        }
        AskTimes(talk);
        Reached(batch.Fills.IsEmpty ? _highest : batch.Fills.Max(static fill => fill.Block), talk);
    }

    /// <summary>The chain is at least this high.</summary>
    private void Reached(long block, Talk talk)
    {
        if (block > _highest)
            AskPending(talk);
        _highest = Math.Max(_highest, block);
        foreach (var waiting in _waiting.Blocks)
            TellBlock(waiting, talk);
    }

    private void TellBlock(long block, Talk talk)
    {
        if (block > _highest - rules.Confirmations || !_times.TryGet(block, out var time))
            return;
        foreach (var fill in _waiting.Take(block))
        {
            _told.Told(fill);
            talk.Observe(new Observation.Log(fill.At(time), fill.BlockHash));
        }
    }
}
