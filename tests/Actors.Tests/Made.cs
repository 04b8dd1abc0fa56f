using Oddswire.Messages.Keys;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.TestKit;

namespace Oddswire.Actors.Tests;

/// <summary>Values by small numbers. Rows and logs are of block 100 and of the clock's first second unless a test says otherwise.</summary>
internal static class Made
{
    internal static readonly long Start = ManualClock.Epoch.ToUnixTimeSeconds();
    internal static readonly MarketText Market = new(Condition(1), "market-1", "Market 1?", "Yes");

    internal static readonly WalletId Exchange = Wallet(888);

    internal static WalletId Wallet(int n) => new(0, 0, (uint)n);
    internal static TokenId Token(int n) => new(Number(n));
    internal static TxHash Tx(int n) => new(Number(n));
    internal static ConditionId Condition(int n) => new(Number(n));

    /// <summary>What a witness tells.</summary>
    internal static Fill Row(int tx, int user = 1, int token = 1, long shares = 1_000_000) => new()
    {
        Token = Token(token),
        Side = Side.Buy,
        Shares = new(shares),
        Price = new(500_000),
        Tx = Tx(tx),
        User = Wallet(user),
        Timestamp = Start,
        Market = Market,
    };

    /// <summary>What the chain tells. Each log is of an order of its own.</summary>
    internal static Fill Log(int tx, int index, int user = 1, int token = 1, long shares = 1_000_000, long block = 100) => Row(tx, user, token, shares) with
    {
        Block = block,
        LogIndex = index,
        Order = new OrderHash(Number((tx * 1000) + index)),
        Taker = Wallet(999),
        Market = MarketText.Unknown,
    };

    internal static Key Key(Tier tier = Tier.Dev, string name = "desk") => new(name, tier, ["stream"], KeyLimits.Of(tier));

    private static Bytes32 Number(int n) => new(0, 0, 0, (ulong)n);
}
