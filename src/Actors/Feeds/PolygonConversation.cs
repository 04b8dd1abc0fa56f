using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Polygon;

namespace Oddswire.Actors.Feeds;

/// <summary>How a chain source is asked.</summary>
/// <param name="Range">Blocks in one eth_getLogs; halved when the node finds it too large.</param>
/// <param name="Confirmations">Blocks that a sweep stays behind the head.</param>
public sealed record PolygonRules(LogFilter Filter, TimeSpan Sweep, int Range, int Confirmations);

/// <summary>
/// A Polygon node over JSON-RPC. Logs are pushed, and swept behind the push, since nodes forget to push some. A log carries no time:
/// it waits until the header of its block is known.
/// <code>
///   tick: eth_blockNumber -> head -> eth_getLogs [through - 1 .. head] -> headers that are missing -> logs in order, Swept(head)
/// </code>
/// </summary>
public sealed class PolygonConversation(PolygonRules rules, SweepCursor cursor) : IConversation
{
    private enum Asked : byte { Subscribe, Head, Logs, Header, Receipt }

    // Two sweeps without an answer: the node is not there, whatever its socket says.
    private const int MostTicksUnanswered = 4;

    private readonly Dictionary<long, (Asked What, long Block)> _asked = [];
    private readonly BlockTimes _times = new();
    private readonly List<ChainFill> _untimed = [];
    private (long From, long To)? _sweeping;
    private bool _sweptLogsArrived;
    private int _range = rules.Range;
    private int _ticksUnanswered;
    private long _id;

    public TimeSpan TickEvery => rules.Sweep;

    public void Opened(Talk talk)
    {
        Ask(Asked.Subscribe, talk, (id, frame) => PolygonRequestCodec.EncodeSubscribeLogs(id, rules.Filter, frame));
        AskHead(talk);
    }

    public void Tick(Talk talk)
    {
        if (++_ticksUnanswered > MostTicksUnanswered)
            talk.Fail("the node does not answer any more");
        else if (_sweeping is null)
            AskHead(talk);
        else
            AskMissingTimes(talk);
    }

    public void Ask(ChainQuestion question, Talk talk)
    {
        switch (question)
        {
            case ChainQuestion.Logs logs:
                Ask(Asked.Receipt, talk, (id, frame) => PolygonRequestCodec.EncodeGetReceipt(id, logs.Tx, frame));
                break;
            case ChainQuestion.SweepAfter after when cursor.Through is null || after.Block < cursor.Through:
                cursor.Through = after.Block;
                _sweeping = null;       // its answer is about blocks further on
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
            case PolygonFrame.Receipt receipt when Answers(receipt.Id, out _):
                // A receipt has the logs of every contract that took part; only the exchanges' are fills.
                Tell(receipt.Batch with { Fills = receipt.Batch.Fills.RemoveAll(fill => !rules.Filter.Contracts.Contains(fill.Exchange)) }, talk);
                break;
            case PolygonFrame.Logs logs when Answers(logs.Id, out _) && _sweeping is { } sweep:
                _sweptLogsArrived = true;
                Tell(logs.Batch, talk);
                AskTime(sweep.To, talk);
                EndSweep(talk);
                break;
            case PolygonFrame.Header header when Answers(header.Id, out _):
                _times.Learn(header.Block, header.Timestamp);
                TellTimed(talk);
                EndSweep(talk);
                break;
            case PolygonFrame.Text text when Answers(text.Id, out var question):
                if (question == Asked.Head && text.Number is { } head)
                    HeadIs(head, talk);
                break;
            case PolygonFrame.Nothing nothing when _asked.Remove(nothing.Id, out var asked):
                _ticksUnanswered = 0;
                if (asked.What == Asked.Header)
                    _times.Forget(asked.Block);     // this node is behind: the next tick asks again
                break;
            case PolygonFrame.Error error:
                Refused(error, talk);
                break;
            case PolygonFrame.Malformed:
                talk.NotUnderstood();
                break;
        }
    }

    private void HeadIs(long head, Talk talk)
    {
        talk.Data();
        talk.Live();
        var through = head - rules.Confirmations;
        cursor.Through ??= through - 1;
        if (_sweeping is not null || through < cursor.Through)
            return;
        // One block is looked at twice: a node may have known it only in part. With one block at a time that would lead nowhere.
        var from = Math.Max(0, cursor.Through.Value + (_range > 1 ? 0 : 1));
        var to = Math.Min(through, from + _range - 1);
        if (from > to)
            return;
        _sweeping = (from, to);
        _sweptLogsArrived = false;
        Ask(Asked.Logs, talk, (id, frame) => PolygonRequestCodec.EncodeGetLogs(id, rules.Filter, from, to, frame));
    }

    /// <summary>A sweep has ended when its logs and the times of their blocks are there.</summary>
    private void EndSweep(Talk talk)
    {
        if (!_sweptLogsArrived || _sweeping is not { } sweep || _untimed.Exists(fill => fill.Block <= sweep.To) || !_times.TryGet(sweep.To, out var time))
            return;
        var wasFull = sweep.To - sweep.From + 1 >= _range;
        _sweeping = null;
        cursor.Through = Math.Max(cursor.Through ?? 0, sweep.To);
        talk.SweptBlocks(sweep.From, sweep.To, time * 1000);
        if (wasFull)
            AskHead(talk);      // far behind: no waiting for the next tick
    }

    private void Tell(LogBatch batch, Talk talk)
    {
        foreach (var fill in batch.Fills)
        {
            if (fill.Removed)
            {
                _untimed.RemoveAll(one => one.Tx == fill.Tx && one.LogIndex == fill.LogIndex && one.Block == fill.Block);
                talk.Observe(new Observation.LogRemoved(fill.Tx, fill.LogIndex, fill.Block));
                continue;
            }
            if (fill.BlockTime is { } time)
                _times.Learn(fill.Block, time);
            else
                AskTime(fill.Block, talk);
            _untimed.Add(fill);
        }
        foreach (var _ in batch.Faults)
            talk.NotUnderstood();
        TellTimed(talk);
    }

    private void TellTimed(Talk talk)
    {
        _untimed.Sort(static (a, b) => (a.Block, a.LogIndex).CompareTo((b.Block, b.LogIndex)));
        _untimed.RemoveAll(fill =>
        {
            if (!_times.TryGet(fill.Block, out var time))
                return false;
            talk.Observe(new Observation.Log(fill.At(time)));
            return true;
        });
    }

    private void AskHead(Talk talk) => Ask(Asked.Head, talk, PolygonRequestCodec.EncodeBlockNumber);

    private void AskMissingTimes(Talk talk)
    {
        foreach (var fill in _untimed)
            AskTime(fill.Block, talk);
        if (_sweptLogsArrived)
            AskTime(_sweeping!.Value.To, talk);
    }

    private void AskTime(long block, Talk talk)
    {
        if (!_times.TryAsk(block))
            return;
        Ask(Asked.Header, talk, (id, frame) => PolygonRequestCodec.EncodeGetBlock(id, block, frame), block);
    }

    private void Refused(PolygonFrame.Error error, Talk talk)
    {
        if (error.Id is not { } id || !_asked.Remove(id, out var asked))
            return;
        switch (asked.What)
        {
            case Asked.Subscribe:
                talk.Fail($"the node refused eth_subscribe: {error.Message}");
                break;
            case Asked.Logs:
                if (error.Failure == RpcFailure.RangeTooLarge)
                    _range = Math.Max(1, _range / 2);
                _sweeping = null;       // the next tick asks again
                break;
            case Asked.Header:
                _times.Forget(asked.Block);
                break;
        }
    }

    private bool Answers(long id, out Asked question)
    {
        _ticksUnanswered = 0;
        var known = _asked.Remove(id, out var asked);
        question = asked.What;
        return known;
    }

    private void Ask(Asked what, Talk talk, Action<long, IBufferWriter<byte>> encode, long block = 0)
    {
        var id = ++_id;
        _asked[id] = (what, block);
        var frame = new ArrayBufferWriter<byte>();
        encode(id, frame);
        talk.Send(frame.WrittenMemory);
    }
}
