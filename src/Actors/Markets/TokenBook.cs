using System.Buffers;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;

namespace Oddswire.Actors.Markets;

/// <summary>What became of a whole book that the venue told.</summary>
internal enum Reset : byte { Taken, Older, Crossed }

/// <summary>
/// One token: its book, how much it can be trusted, and since when nothing was heard of it. It decides nothing: what is doubted, told and asked is its
/// market's business.
/// </summary>
internal sealed class TokenBook(ConditionId market, TokenId token, BookRules rules, long now)
{
    private const int MostRecent = 4_096;
    private const int ManyGaps = 20;        // of the usual length, without a word: that is not usual

    private readonly List<(long Timestamp, BookChange Change)> _recent = [];
    private ReadOnlyMemory<byte> _opening;
    private BookHash? _hash;
    private WrittenDecimal? _bestBid;
    private WrittenDecimal? _bestAsk;
    private double _usualGap;
    private bool _isHeard;
    private bool _isV2;

    internal TokenId Token => token;
    internal Book Book { get; } = new();
    internal BookEvidence Evidence { get; } = new(market, token, rules);
    internal Ladder Ladder = new(rules);

    internal BookState State { get; private set; } = BookState.Waiting;
    internal string Reason { get; private set; } = "";

    /// <summary>When the venue changed it last, as the venue says.</summary>
    internal long Timestamp { get; private set; }

    internal WrittenDecimal? TickSize { get; private set; }
    internal WrittenDecimal? LastTradePrice { get; private set; }

    /// <summary>The connection that delivers it. Null: it is from REST, and nothing has been delivered since.</summary>
    internal SourceId? Source { get; private set; }

    /// <summary>This and what follows by the clock that only runs on; it is kept since then, before anything was heard.</summary>
    internal long HeardAt { get; private set; } = now;

    internal long AskedAt { get; set; }

    /// <summary>While REST stands in for it, its stream is asked again then.</summary>
    internal long RoundAt { get; set; }

    /// <summary>After a trade its book changes: by then.</summary>
    internal long? ChangeDue { get; set; }

    /// <summary>What REST had and the stream has not told yet: by then it must have.</summary>
    internal (long Timestamp, long Due)? Ahead { get; set; }

    /// <summary>REST has no book of it, since then.</summary>
    internal long? NoneSince { get; set; }

    /// <summary>Something was told since it was last held against what the venue says of it.</summary>
    internal bool IsTouched { get; set; }

    /// <summary>It was told since it is doubted.</summary>
    internal bool WasToldSince { get; private set; }

    /// <summary>Its stream tells what happens to it.</summary>
    internal bool IsCovered { get; set; }

    /// <summary>Since it is not covered, something has happened to it that nobody was told.</summary>
    internal bool HasMissed { get; set; }

    /// <summary>Somebody may begin with it: what was told last of it has been looked at, and agrees.</summary>
    internal bool IsServable => State == BookState.Good && !IsTouched && !Evidence.Disagrees;

    internal Reset Replace(ClobMarketEvent told, SourceId source, long now)
    {
        var isOlder = told.Timestamp < Timestamp;
        if (isOlder && !Ladder.WasAtTheTop)
            return Reset.Older;
        Book.Replace(told.Bids, told.Asks);
        Take(told.Timestamp, told.Hash, told.TickSize ?? TickSize, now);
        if (told.LastTradePrice is { } traded)
            Traded(traded);
        (_bestBid, _bestAsk, _isV2) = (null, null, told.IsV2);
        Source = source;
        if (Evidence.Terms is null && told.Hash is { } hash && TickSize is { } tick)
            Evidence.Recognise(Book, told.Timestamp, hash, tick, LastTradePrice, _isV2);
        return Book.IsCrossed ? Reset.Crossed : Reset.Taken;
    }

    /// <summary>From REST; what the stream has told since lies over it.</summary>
    internal void Replace(BookSeed seed, long now)
    {
        Book.Replace(seed.Bids, seed.Asks);
        Take(seed.Timestamp, seed.Hash, seed.Terms.TickSize, now);
        (_bestBid, _bestAsk, _isV2, Source) = (null, null, seed.Terms.IsV2, null);
        LastTradePrice = seed.Terms.LastTradePrice;
        foreach (var (timestamp, change) in _recent)
        {
            if (timestamp < seed.Timestamp)
                continue;
            Book.Apply(change.Side, change.Level);
            (Timestamp, _hash, _bestBid, _bestAsk) = (timestamp, change.Hash, change.BestBid, change.BestAsk);
        }
    }

    /// <summary>False: it is older than what is here, or there is nothing yet that it could change.</summary>
    internal bool Apply(BookChange change, long timestamp, SourceId source, long now)
    {
        if (State == BookState.Waiting || timestamp < Timestamp)
            return false;
        if (State == BookState.Uncertain && _recent.Count < MostRecent)
            _recent.Add((timestamp, change));
        Book.Apply(change.Side, change.Level);
        (Timestamp, _hash, _bestBid, _bestAsk) = (timestamp, change.Hash, change.BestBid, change.BestAsk);
        Source ??= source;      // one that follows the market's other token tells of this one too, as long as it does
        _opening = default;
        Heard(now);
        return true;
    }

    internal void Traded(WrittenDecimal price)
    {
        LastTradePrice = price;
        Evidence.Trade(price);
        _opening = default;
        IsTouched = true;
    }

    internal void Ticks(WrittenDecimal size)
    {
        TickSize = size;
        Evidence.Tick(size);
        _opening = default;
    }

    internal void Learn(BookTerms terms)
    {
        Evidence.Learn(terms with { TickSize = TickSize ?? terms.TickSize });
        if (LastTradePrice is { } price)
            Evidence.Trade(price);
        IsTouched = _hash is not null;
    }

    internal Verdict Check(long now)
    {
        IsTouched = false;
        return State is BookState.Waiting or BookState.Settled ? Verdict.Unknown : Evidence.Check(Book, Timestamp, _hash, _bestBid, _bestAsk, now);
    }

    internal void Trust()
    {
        State = BookState.Good;
        Evidence.Trust();
        Ladder.End();
        _recent.Clear();
        (Ahead, ChangeDue, Reason) = (null, null, "");
    }

    internal void Doubt(string reason, LadderStep first, TimeSpan after, long now)
    {
        State = BookState.Uncertain;
        Reason = reason;
        (Ahead, ChangeDue, WasToldSince) = (null, null, false);
        Ladder.Begin(first, after, now);
    }

    /// <summary>Its connection is gone; what it told last is all there is.</summary>
    internal void Detach() => (Source, IsTouched) = (null, false);

    /// <summary>Longer without a word than is usual for it.</summary>
    internal bool IsSilent(long now) =>
        now - HeardAt > (Source is null ? rules.Step.TotalMilliseconds : Math.Clamp(_usualGap * ManyGaps, rules.ShortestSilence.TotalMilliseconds, rules.Silence.TotalMilliseconds));

    internal bool HasLevels(IEnumerable<BookLevel> bids, IEnumerable<BookLevel> asks) => IsSame(Book.Bids, bids, 1) && IsSame(Book.Asks, asks, -1);

    /// <summary>As the array that answers a subscribe has it. Encoded once, until it changes.</summary>
    internal ReadOnlyMemory<byte> Opening()
    {
        if (_opening.IsEmpty)
            _opening = Encode(ClobBookCodec.EncodeOpening);
        return _opening;
    }

    internal ReadOnlyMemory<byte> MidStream() => Encode(ClobBookCodec.EncodeBook);

    private ReadOnlyMemory<byte> Encode(Action<ClobBook, IBufferWriter<byte>> encode)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var book = new ClobBook(market, token, Timestamp, Evidence.HashOf(Book, Timestamp) ?? _hash, Book.Bids.ToArray(), Book.Asks.ToArray())
        {
            TickSize = TickSize,
            LastTradePrice = Evidence.Terms?.LastTradePrice ?? LastTradePrice,
            IsV2 = _isV2,
        };
        encode(book, bytes);
        return bytes.WrittenMemory;
    }

    private void Take(long timestamp, BookHash? hash, WrittenDecimal? tick, long now)
    {
        (Timestamp, _hash, TickSize) = (timestamp, hash, tick);
        if (tick is { } size)
            Evidence.Tick(size);
        _opening = default;
        Heard(now);
    }

    private void Heard(long now)
    {
        if (_isHeard)
            _usualGap = _usualGap == 0 ? now - HeardAt : (_usualGap * 0.9) + ((now - HeardAt) * 0.1);
        (HeardAt, _isHeard) = (now, true);
        IsTouched = WasToldSince = true;
        (ChangeDue, NoneSince) = (null, null);
        if (Ahead is { } ahead && Timestamp >= ahead.Timestamp)
            Ahead = null;
    }

    /// <summary>By value: how a number is written is the hash's business.</summary>
    private static bool IsSame(ReadOnlySpan<BookLevel> ours, IEnumerable<BookLevel> theirs, int sign)
    {
        var sorted = theirs.Where(static level => level.Size.Micros != 0).OrderBy(level => sign * level.Price.Micros).ToArray();
        var same = ours.Length == sorted.Length;
        for (var i = 0; same && i < sorted.Length; i++)
            same = (ours[i].Price.Micros, ours[i].Size.Micros) == (sorted[i].Price.Micros, sorted[i].Size.Micros);
        return same;
    }
}
