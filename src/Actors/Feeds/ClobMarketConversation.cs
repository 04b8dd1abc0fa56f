using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;

namespace Oddswire.Actors.Feeds;

/// <summary>How one connection to the market channel behaves.</summary>
/// <param name="Ping">PING this often: without it an idle connection is dropped without a word.</param>
/// <param name="Patience">A PONG queues behind the data: who is later than this is gone.</param>
/// <param name="TokensPerFrame">A frame that names more than 750 gets no books, without a word.</param>
public sealed record ClobMarketRules(TimeSpan Ping, TimeSpan Patience, int TokensPerFrame);

/// <summary>
/// The market channel of Polymarket's CLOB: opened with nothing, then asked for tokens. It hands on events as they came, each with its market, and
/// says for which tokens the venue had no book. Custom features are asked for in every frame: one without them would turn them off for all.
/// </summary>
public sealed class ClobMarketConversation(ClobMarketRules rules) : IConversation
{
    private const int LoadEvery = 10_000;
    private const int AnswerWithin = 5_000;
    private static readonly ReadOnlyMemory<byte> Ping = ClobCommandCodec.Ping.ToArray();

    /// <summary>A subscribe that the venue answers with one array of books.</summary>
    private sealed record Asked(HashSet<TokenId> Tokens, long At);

    private readonly ClobMarketEvent _event = new();
    private readonly List<Asked> _asked = [];
    private readonly List<TokenId> _opened = [];
    private readonly Dictionary<TokenId, ConditionId> _markets = [];
    private readonly Dictionary<ConditionId, int> _frames = [];
    private readonly HashSet<ClobFrameKind> _noted = [];
    private long _pingAt;
    private long? _waitsSince;      // the oldest PING without an answer
    private long _lag;
    private long _loadAt;

    public TimeSpan TickEvery => TimeSpan.FromSeconds(1);

    public bool IsOver(int? code, string reason) => code == 1000 && reason == "all subscribed assets resolved";

    public bool IsRefusal(int? code, string reason) => code == 1008;

    public void Opened(IReadOnlyCollection<Interest> wanted, Talk talk)
    {
        talk.Send(Frame(static frame => ClobCommandCodec.EncodeOpen([], customFeatures: true, frame)));
        _asked.Add(new Asked([], talk.Running));
        _pingAt = _loadAt = talk.Running;
        Subscribe(wanted, talk);
    }

    public void Want(InterestChange change, Talk talk)
    {
        foreach (var some in Tokens(change.Ended).Chunk(rules.TokensPerFrame))
        {
            foreach (var token in some)
                _markets.Remove(token);
            talk.Send(Frame(frame => ClobCommandCodec.EncodeChange(ClobOperation.Unsubscribe, some, customFeatures: true, frame)));
        }
        Subscribe(change.Began, talk);
    }

    public void Heard(ReadOnlyMemory<byte> frame, Talk talk)
    {
        talk.Live();
        if (ClobMarketReader.TryPeekMarket(frame.Span, out var market))
        {
            Hear(new BookFrame(BookFrameKind.Event, market, null, frame), talk);
            return;
        }
        var reader = new ClobMarketReader(frame.Span);
        switch (reader.Kind)
        {
            case ClobFrameKind.Pong:
                Answered(talk);
                break;
            case ClobFrameKind.Events:
                HearAll(ref reader, frame, talk);
                break;
            case ClobFrameKind.NoNewAssets:
                LeaveOutAll(talk);
                break;
            case ClobFrameKind.InvalidMessage or ClobFrameKind.InvalidOperation:
                if (_noted.Add(reader.Kind))
                    talk.Note(reader.Kind == ClobFrameKind.InvalidMessage ? "the venue says INVALID MESSAGE" : "the venue says INVALID OPERATION");
                break;
            default:
                talk.NotUnderstood();
                break;
        }
    }

    public void Tick(Talk talk)
    {
        if (_waitsSince is { } since && talk.Running - since > rules.Patience.TotalMilliseconds)
        {
            talk.Fail($"silent: no PONG for {rules.Patience.TotalSeconds:0} s");
            return;
        }
        if (talk.Running - _pingAt >= rules.Ping.TotalMilliseconds)
        {
            _pingAt = talk.Running;
            _waitsSince ??= talk.Running;
            talk.Send(Ping);
        }
        while (_asked is [{ At: var at }, ..] && talk.Running - at > AnswerWithin)
            LeaveOut(0, talk);
        if (talk.Running - _loadAt >= LoadEvery)
            SayLoad(talk);
    }

    private void Answered(Talk talk)
    {
        _lag = _waitsSince is { } since ? talk.Running - since : 0;
        _waitsSince = null;
    }

    private void HearAll(ref ClobMarketReader reader, ReadOnlyMemory<byte> frame, Talk talk)
    {
        _opened.Clear();
        var (isArray, isEmpty) = (frame.Span.TrimStart(" \t\r\n"u8)[0] == '[', true);
        while (reader.Read(_event))
        {
            isEmpty = false;
            var json = frame[_event.Json];
            if (_event.Kind == ClobEventKind.Malformed)
                talk.NotUnderstood();
            else if (_event.Kind == ClobEventKind.NewMarket)
                Hear(new BookFrame(BookFrameKind.NewMarket, _event.Market ?? default, null, json), talk);
            else if (_event.Market is not { } market)
                talk.NotUnderstood();
            else if (_event is { Kind: ClobEventKind.Book, Token: { } token })
                HearBook(market, token, json, talk);
            else
                Hear(new BookFrame(BookFrameKind.Event, market, null, json), talk);
        }
        // Other events come one by one; should they come in an array all the same, it answers nothing.
        if (isArray && (isEmpty || _opened.Count > 0))
            TakeAnswer(talk);
    }

    private void HearBook(ConditionId market, TokenId token, ReadOnlyMemory<byte> json, Talk talk)
    {
        _opened.Add(token);
        _markets[token] = market;
        Hear(new BookFrame(BookFrameKind.Opening, market, token, json), talk);
    }

    private void Hear(BookFrame frame, Talk talk)
    {
        talk.Data();
        talk.Hear(frame);
        _frames[frame.Market] = _frames.GetValueOrDefault(frame.Market) + 1;
    }

    /// <summary>Answers come in the order of the questions, and one with books says by them which it answers.</summary>
    private void TakeAnswer(Talk talk)
    {
        var answered = _opened.Count == 0 ? 0 : _asked.FindIndex(asked => asked.Tokens.Overlaps(_opened));
        for (; answered >= 0 && _asked.Count > 0; answered--)
        {
            _asked[0].Tokens.ExceptWith(_opened);
            LeaveOut(0, talk);
        }
    }

    private void LeaveOut(int question, Talk talk)
    {
        foreach (var token in _asked[question].Tokens)
            talk.HasNone(token);
        _asked.RemoveAt(question);
    }

    /// <summary>It takes us for a follower of all that already, and sends no book.</summary>
    private void LeaveOutAll(Talk talk)
    {
        for (var question = _asked.Count - 1; question >= 0; question--)
        {
            if (_asked[question].Tokens.Count > 0)
                LeaveOut(question, talk);
        }
    }

    private void Subscribe(IReadOnlyCollection<Interest> wanted, Talk talk)
    {
        foreach (var some in Tokens(wanted).Chunk(rules.TokensPerFrame))
        {
            _asked.Add(new Asked([.. some], talk.Running));
            talk.Send(Frame(frame => ClobCommandCodec.EncodeChange(ClobOperation.Subscribe, some, customFeatures: true, frame)));
        }
    }

    private void SayLoad(Talk talk)
    {
        var seconds = (talk.Running - _loadAt) / 1000.0;
        var tokens = _markets.GroupBy(static pair => pair.Value, static pair => pair.Key).ToDictionary(static group => group.Key, static group => group.ToImmutableArray());
        var lag = _waitsSince is { } since ? Math.Max(_lag, talk.Running - since) : _lag;
        talk.Carries(new FeedLoad(
            _frames.Values.Sum() / seconds, TimeSpan.FromMilliseconds(lag),
            [.. tokens.Select(market => new MarketLoad(_frames.GetValueOrDefault(market.Key), market.Value))]));
        _frames.Clear();
        _loadAt = talk.Running;
    }

    private static IEnumerable<TokenId> Tokens(IReadOnlyCollection<Interest> wanted) => wanted.Select(static one => one.Token).OfType<TokenId>();

    private static ReadOnlyMemory<byte> Frame(Action<ArrayBufferWriter<byte>> encode)
    {
        var frame = new ArrayBufferWriter<byte>();
        encode(frame);
        return frame.WrittenMemory;
    }
}
