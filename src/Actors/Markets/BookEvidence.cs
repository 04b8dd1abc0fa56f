using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;

namespace Oddswire.Actors.Markets;

internal enum Verdict : byte { Unknown, Agrees, Disagrees, Diverged }

/// <summary>
/// What the venue says of its own book, beside ours: the hash where its recipe is known, else the best prices. Evidence, never a gate: single hashes
/// fail and come right, a trade's price is in them before the trade is told. What goes on failing is a divergence.
/// </summary>
internal sealed class BookEvidence(ConditionId market, TokenId token, BookRules rules)
{
    private const int FewestFailures = 3;

    /// <summary>The smallest orders that markets have been seen with, the usual one first.</summary>
    private static readonly WrittenDecimal[] Smallest = [new(5_000_000, 0), new(15_000_000, 0), new(1_000_000, 0), new(10_000_000, 0)];

    private BookTerms? _terms;
    private bool _holds;            // the recipe has been right for this book
    private int _failures;
    private long _disagreesSince;
    private bool _searched;         // since it last agreed

    /// <summary>Null until REST has told what no event tells, or it was recognised.</summary>
    internal BookTerms? Terms => _terms;

    /// <summary>The last word of the venue was another: nobody begins with this book now.</summary>
    internal bool Disagrees => _failures > 0;

    internal long DisagreesSince => _disagreesSince;

    internal void Learn(BookTerms terms) => _terms = terms;

    /// <summary>Without REST, a whole book and its hash say the terms: there are few that they can be, and the hash is right for one of them alone.</summary>
    internal void Recognise(Book book, long timestamp, BookHash told, WrittenDecimal tick, WrittenDecimal? traded, bool isV2)
    {
        foreach (var smallest in Smallest)
        {
            foreach (var isNegative in (ReadOnlySpan<bool>)[false, true])
            {
                var tried = new BookTerms { MinOrderSize = smallest, TickSize = tick, NegativeRisk = isNegative, LastTradePrice = Hashed(traded), IsV2 = isV2 };
                if (!Matches(book, timestamp, told, tried))
                    continue;
                (_terms, _holds) = (tried, true);
                return;
            }
        }
    }

    internal void Trade(WrittenDecimal price)
    {
        if (_terms is not null)
            _terms = _terms with { LastTradePrice = Hashed(price) };
    }

    internal void Tick(WrittenDecimal size)
    {
        if (_terms is not null)
            _terms = _terms with { TickSize = size };
    }

    internal void Trust() => (_failures, _searched) = (0, false);

    internal Verdict Check(Book book, long timestamp, BookHash? hash, WrittenDecimal? bid, WrittenDecimal? ask, long now)
    {
        if (_terms is { } terms && hash is { } told)
        {
            if (Matches(book, timestamp, told, terms))
            {
                _holds = true;
                Trust();
                return Verdict.Agrees;
            }
            if (_holds)
                return Failed(now) && !FindTrade(book, timestamp, told, terms) ? Verdict.Diverged : Disagrees ? Verdict.Disagrees : Verdict.Agrees;
        }
        if (bid is null && ask is null)
            return Verdict.Unknown;
        if (IsSame(bid, book.BestBid) && IsSame(ask, book.BestAsk))
        {
            _failures = 0;
            return Verdict.Unknown;
        }
        return Failed(now) ? Verdict.Diverged : Verdict.Disagrees;
    }

    internal BookHash? HashOf(Book book, long timestamp) =>
        _terms is { } terms ? ClobBookHash.Of(market, token, timestamp, book.Bids, book.Asks, terms) : null;

    private bool Failed(long now)
    {
        if (_failures++ == 0)
            _disagreesSince = now;
        return _failures >= FewestFailures && now - _disagreesSince > rules.HashPatience.TotalMilliseconds;
    }

    private bool Matches(Book book, long timestamp, BookHash told, BookTerms terms) =>
        ClobBookHash.Of(market, token, timestamp, book.Bids, book.Asks, terms) == told;

    /// <summary>On a busy market the price of a trade that nobody has told yet is in it: there are a thousand that it can be.</summary>
    private bool FindTrade(Book book, long timestamp, BookHash told, BookTerms terms)
    {
        if (_searched)
            return false;
        _searched = true;
        for (var thousandths = 0; thousandths <= 1_000; thousandths++)
        {
            var tried = terms with { LastTradePrice = Thousandths(thousandths) };
            if (!Matches(book, timestamp, told, tried))
                continue;
            _terms = tried;
            Trust();
            return true;
        }
        return false;
    }

    /// <summary>As the hash has it, whatever the trade was written with.</summary>
    private static WrittenDecimal? Hashed(WrittenDecimal? price) => price is { } traded ? Thousandths((traded.Micros + 500) / 1_000) : null;

    private static WrittenDecimal Thousandths(long thousandths) => new(thousandths * 1_000, 3);

    /// <summary>Nothing, 0 and 1 all stand for a side that is empty.</summary>
    private static bool IsSame(WrittenDecimal? told, BookLevel? best) =>
        told is null or { Micros: 0 or 1_000_000 } ? best is null : best is { } level && level.Price.Micros == told.Value.Micros;
}
