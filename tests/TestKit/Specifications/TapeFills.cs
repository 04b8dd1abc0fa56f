using System.Buffers;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.TestKit.Specifications;

/// <summary>Fills by their number, as the tape gets them: number n is a second younger than n - 1.</summary>
public static class TapeFills
{
    public const long Start = 1_767_225_600; // ManualClock.Epoch

    public static OrderQuery Everything { get; } = new(null, null, null, null, null, null, Limit: 100, Offset: 0, After: null);

    /// <summary>What <see cref="Mixed"/> makes, by the user (n % 3) and the market (n % 4, 0 is unknown) that a filter wants.</summary>
    public static IReadOnlyDictionary<string, (OrderFilter Filter, Func<int, int, bool> Matches)> Filters { get; } =
        new Dictionary<string, (OrderFilter, Func<int, int, bool>)>
        {
            ["one user"] = (Of(users: Wanted.Of(Wallet(1))), (user, _) => user == 1),
            ["two users"] = (Of(users: Wanted.Of(Wallet(1), Wallet(2))), (user, _) => user != 0),
            ["many users"] = (Of(users: Wanted.Of<WalletId>([.. Enumerable.Range(2, 500).Select(Wallet)])), (user, _) => user == 2),
            ["all users"] = (OrderFilter.Everything, (_, _) => true),
            ["a condition"] = (Of(conditions: Wanted.Of(Condition(1))), (_, market) => market == 1),
            ["a slug"] = (Of(slugs: Wanted.Of("market-2")), (_, market) => market == 2),
            ["a condition or a slug"] = (Of(conditions: Wanted.Of(Condition(1)), slugs: Wanted.Of("market-2")), (_, market) => market is 1 or 2),
            ["a user and a condition"] = (Of(Wanted.Of(Wallet(1)), Wanted.Of(Condition(1))), (user, market) => user == 1 && market == 1),
            ["a user and (a condition or a slug)"] =
                (Of(Wanted.Of(Wallet(1)), Wanted.Of(Condition(1)), Wanted.Of("market-3")), (user, market) => user == 1 && market is 1 or 3 && user == 1),
            ["all users and a slug"] = (Of(Wanted<WalletId>.Everything, slugs: Wanted.Of("market-2")), (_, market) => market == 2),
            ["a user and all conditions"] = (Of(Wanted.Of(Wallet(2)), Wanted<ConditionId>.Everything), (user, _) => user == 2),
            ["all slugs or a condition"] = (Of(conditions: Wanted.Of(Condition(1)), slugs: Wanted<string>.Everything), (_, _) => true),
            ["nobody"] = (Of(Wanted.Of(Wallet(404))), (_, _) => false),
        };

    public static WalletId Wallet(int n) => new(0, 7, (uint)n);
    public static TokenId Token(int n) => new(new(0, 0, 0, (ulong)n));
    public static ConditionId Condition(int n) => new(new(3, 0, 0, (ulong)n));
    public static MarketText Market(int n) => new(Condition(n), $"market-{n}", $"Market {n}?", "Yes");

    /// <summary>Stored as it is and never looked into: for tests of many.</summary>
    public static ReadOnlyMemory<byte> SomeData { get; } = Encode(Fill(1));

    public static Fill Fill(long n) => new()
    {
        Token = Token(1),
        Side = Side.Buy,
        Shares = new(1_000_000),
        Price = new(500_000),
        Tx = new(new(0, 0, 0, (ulong)n)),
        User = Wallet(1),
        Timestamp = Start + n,
        Block = 100 + n,
        LogIndex = 3,
        Order = new(new(0, 0, 1, (ulong)n)),
        Taker = Wallet(999),
        Market = Market(1),
    };

    /// <summary>Three users, three markets and one that is not known, two tokens each.</summary>
    public static Fill Mixed(Fill fill)
    {
        var n = (int)(fill.Timestamp - Start);
        return fill with { User = Wallet(n % 3), Token = Token(n % 8), Market = n % 4 == 0 ? MarketText.Unknown : Market(n % 4) };
    }

    public static TapeEntry Entry(long n, Func<Fill, Fill>? change = null, long epoch = 1, bool late = false, ReadOnlyMemory<byte>? data = null)
    {
        var fill = change is null ? Fill(n) : change(Fill(n));
        return new(EntryKind.Fill, new(epoch, n), fill, late, data ?? Encode(fill));
    }

    public static ReadOnlyMemory<byte> Encode(Fill fill)
    {
        var data = new ArrayBufferWriter<byte>();
        DomeEventCodec.EncodeData(fill, data);
        return data.WrittenMemory;
    }

    private static OrderFilter Of(Wanted<WalletId>? users = null, Wanted<ConditionId>? conditions = null, Wanted<string>? slugs = null) => new()
    {
        Users = users ?? Wanted<WalletId>.Unasked,
        Conditions = conditions ?? Wanted<ConditionId>.Unasked,
        Slugs = slugs ?? Wanted<string>.Unasked,
    };
}
