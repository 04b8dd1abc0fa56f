using System.Collections.Immutable;
using System.Numerics;

namespace Oddswire.Simulator.World;

public enum MarketState { Open, Settling, Settled }

// A question with two outcomes, where it trades, and its price, which walks as trades go by.
public sealed class Market
{
    // Prices are whole ten-thousandths of a dollar: the finest tick that the venue knows.
    public const int One = 10_000;

    private readonly Pace _pace;

    internal Market(long seed, int number, MarketPlan plan, DateTimeOffset createdAt, DateTimeOffset listedAt)
    {
        var bytes = Seeds.Derive(seed, $"market {plan.Slug}");
        Number = number;
        Plan = plan;
        CreatedAt = createdAt;
        ListedAt = listedAt;
        // Protocol V2 has condition ids of 31 bytes: Gamma says 62 digits, everybody else pads them to 64.
        if (plan.ProtocolV2) bytes[^1] = 0;
        ConditionId = "0x" + Convert.ToHexStringLower(bytes);
        Tokens = [Token(seed, 0, plan.ProtocolV2), Token(seed, 1, plan.ProtocolV2)];
        Tick = plan.Tick;
        Mid = Snap(1_500 + (bytes[0] * 27));
        Book = new OrderBook(createdAt);
        _pace = new Pace(createdAt);
    }

    public int Number { get; }

    public MarketPlan Plan { get; }

    public string ConditionId { get; }

    public string GammaConditionId => Plan.ProtocolV2 ? ConditionId[..^2] : ConditionId;

    public ImmutableArray<OutcomeToken> Tokens { get; }

    public MarketState State { get; internal set; }

    public DateTimeOffset CreatedAt { get; }

    // Until then the venue's own catalog does not know the market, although it trades.
    public DateTimeOffset ListedAt { get; }

    public int Mid { get; private set; }

    // Finer than its plan's, once its price is near an end.
    public int Tick { get; private set; }

    public OrderBook Book { get; }

    // Who won is known from here on.
    public OutcomeToken? Winner { get; private set; }

    public double RateAt(DateTimeOffset now) => _pace.PerSecond(now);

    // The token ids of the other protocol generation, which have no book; many markets carry them.
    public string UnusedTokenId(long seed, int index) => TokenId(seed, index, !Plan.ProtocolV2).ToString();

    internal void Traded(DateTimeOffset now, int fills, Random random)
    {
        _pace.Note(now, fills);
        if (random.Next(3) != 0 || Winner is not null) return;
        // Drifts back to the middle, so that a long run does not end at a price that nobody trades.
        var up = random.Next(One) > Mid;
        Mid = Snap(Mid + (up ? Plan.Tick : -Plan.Tick));
    }

    internal void Decide(bool first, int tick)
    {
        Winner = Tokens[first ? 0 : 1];
        Mid = first ? One - 300 : 300;
        Tick = Math.Min(Tick, tick);
    }

    private int Snap(int price) => Math.Clamp(price / Plan.Tick * Plan.Tick, 500, One - 500);

    private OutcomeToken Token(long seed, int index, bool protocolV2) =>
        new(this, index, index == 0 ? Plan.First : Plan.Second, TokenId(seed, index, protocolV2));

    // 77 digits as a CTF token id usually has, 75 as a position id.
    private BigInteger TokenId(long seed, int index, bool protocolV2)
    {
        var lowest = BigInteger.Pow(10, protocolV2 ? 74 : 76);
        var drawn = new BigInteger(Seeds.Derive(seed, $"token {Plan.Slug} {index} {protocolV2}"), isUnsigned: true);
        return lowest + (drawn % (9 * lowest));
    }
}
