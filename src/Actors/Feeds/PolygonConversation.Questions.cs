using System.Buffers;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Polygon;

namespace Oddswire.Actors.Feeds;

/// <summary>What the node was asked, and what becomes of questions that it does not answer as hoped.</summary>
public sealed partial class PolygonConversation
{
    private enum Asked : byte { Subscribe, Head, Logs, Header, Receipt }

    private readonly record struct Question(Asked What, long Block = 0, TxHash Tx = default, int Tries = 0);

    // An answer that takes longer will not come, whatever the socket says.
    private const long AnswerWithin = 20_000;

    // A witness may be a block or two ahead of the chain; after that the sweep finds it.
    private const int MostTries = 4;
    private const int MostPending = 1_000;

    private readonly Dictionary<long, Question> _asked = [];
    private readonly Queue<(long Id, long At)> _byAge = [];
    private readonly List<Question> _pending = [];
    private bool _headIsAsked;
    private long _id;

    private void AskHead(Talk talk)
    {
        if (_headIsAsked)
            return;
        _headIsAsked = true;
        Ask(new(Asked.Head), talk, PolygonRequestCodec.EncodeBlockNumber);
    }

    private void AskTimes(Talk talk)
    {
        while (_times.TryAsk(out var block))
            Ask(new(Asked.Header, block), talk, (id, frame) => PolygonRequestCodec.EncodeGetBlock(id, block, frame));
    }

    private void AskReceipt(Question question, Talk talk) =>
        Ask(question with { Tries = question.Tries + 1 }, talk, (id, frame) => PolygonRequestCodec.EncodeGetReceipt(id, question.Tx, frame));

    /// <summary>A new block: what was not mined yet may be now.</summary>
    private void AskPending(Talk talk)
    {
        foreach (var question in _pending)
            AskReceipt(question, talk);
        _pending.Clear();
    }

    private long Ask(Question question, Talk talk, Action<long, IBufferWriter<byte>> encode)
    {
        var id = ++_id;
        _asked.Add(id, question);
        _byAge.Enqueue((id, talk.Running));
        var frame = new ArrayBufferWriter<byte>();
        encode(id, frame);
        talk.Send(frame.WrittenMemory);
        return id;
    }

    private bool Answers(long id, out Question question)
    {
        if (!_asked.Remove(id, out question))
            return false;
        if (question.What == Asked.Head)
            _headIsAsked = false;
        return true;
    }

    private bool IsUnanswered(long now)
    {
        while (_byAge.TryPeek(out var oldest) && !_asked.ContainsKey(oldest.Id))
            _byAge.Dequeue();
        return _byAge.TryPeek(out var waiting) && now - waiting.At > AnswerWithin;
    }

    private static long? IdOf(PolygonFrame answer) => answer switch
    {
        PolygonFrame.Logs logs => logs.Id,
        PolygonFrame.Receipt receipt => receipt.Id,
        PolygonFrame.Header header => header.Id,
        PolygonFrame.Text text => text.Id,
        PolygonFrame.Flag flag => flag.Id,
        PolygonFrame.Nothing nothing => nothing.Id,
        _ => null,
    };

    private void HasNothing(long id, Question question, Talk talk)
    {
        switch (question.What)
        {
            case Asked.Subscribe:
                talk.Fail("the node gave no subscription");
                break;
            case Asked.Header:
                _times.Miss(question.Block);        // this node is behind: the next tick asks again
                break;
            case Asked.Receipt when question.Tries < MostTries && _pending.Count < MostPending:
                _pending.Add(question);
                break;
            case Asked.Logs when _sweep?.Id == id:
                LookAgain();
                break;
        }
    }

    private void Refused(PolygonFrame.Error error, Talk talk)
    {
        if (error.Id is not { } id || !Answers(id, out var question))
            return;
        switch (question.What)
        {
            case Asked.Subscribe:
                talk.Fail($"the node refused eth_subscribe: {error.Message}");
                break;
            case Asked.Logs when _sweep is { } sweep && sweep.Id == id:
                LookAgain();
                if (error.Failure == RpcFailure.RangeTooLarge && sweep.Blocks > 1)
                {
                    cursor.Halve(sweep.Blocks);
                    AskHead(talk);
                }
                break;
            case Asked.Header:
                _times.Miss(question.Block);
                break;
        }
    }

    /// <summary>With the next head.</summary>
    private void LookAgain()
    {
        EndLook();
        _sweepIsDue = true;
    }
}
