using FsCheck;
using FsCheck.Fluent;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tests;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Tests;

internal static class Samples
{
    /// <summary>The fill of dome.md section 5.</summary>
    public static Fill Fill { get; } = new()
    {
        Token = WireText.Parse<TokenId>("80311845198420617303393545005967792170450763818026370381995461841892638500659"),
        Side = Side.Buy,
        Shares = new(9_000_000),
        Price = new(560_000),
        Block = 123_456_789,
        LogIndex = 42,
        Tx = WireText.Parse<TxHash>("0xaccc1246d7bc1c95ad44789a6e7ecbc7819dd308632aa0190fedf9673c034077"),
        Timestamp = 1_762_480_391,
        Order = WireText.Parse<OrderHash>("0xc2b8ee7c9dced1374ac8e2307c65e5204283781c98e1640e28d25d6cc14a0e13"),
        User = WireText.Parse<WalletId>("0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d"),
        Taker = WireText.Parse<WalletId>("0x8d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e"),
        Market = new(
            WireText.Parse<ConditionId>("0x5853a47d2d7d97571684c458e2ac28f7f232e12d5490a96cc5b302bd8b4c61bd"),
            "btc-updown-15m-1762479900",
            "Bitcoin Up or Down - November 6, 8:45PM-9:00PM ET",
            "No"),
    };

    public static SubscriptionId Subscription { get; } = WireText.Parse<SubscriptionId>("sub_k7f5hgr7wy");

    public static Gen<Bytes32> Words { get; } = Properties.Words.Four().Select(static words => new Bytes32(words.Item1, words.Item2, words.Item3, words.Item4));

    public static Gen<WalletId> Wallets { get; } = Properties.Words.Three().Select(static words => new WalletId(words.Item1, words.Item2, (uint)words.Item3));

    public static Gen<ConditionId> Conditions { get; } = Words.Select(static word => new ConditionId(word));

    public static Gen<Position> Positions { get; } = Properties.Words.Two().Select(static words => new Position((long)(words.Item1 >> 1), (long)(words.Item2 >> 1)));

    /// <summary>Texts with everything that JSON has to escape, and characters of every UTF-8 length.</summary>
    public static Gen<string> Texts { get; } = Gen.Elements(
        "a", "Z", "0", " ", "\"", "\\", "/", "\b", "\t", "\n", "\f", "\r", "\0", "\u001f", "\u007f", "<", "&", "\u00e9", "\u20ac", "\u2028", "\ud83d\ude00", "\uffff")
        .ListOf().Select(static parts => string.Concat(parts));

    public static Gen<Fill> Fills { get; } =
        from words in Words.Four()
        from wallets in Wallets.Two()
        from amounts in Properties.Words.Four()
        from texts in Texts.Three()
        from known in Gen.Choose(0, 31)
        select new Fill
        {
            Token = new(words.Item1),
            Side = (Side)(amounts.Item1 & 1),
            Shares = new((long)(amounts.Item1 >> 1)),
            Price = new((int)(amounts.Item2 % (Price.One + 1))),
            Tx = new(words.Item2),
            User = wallets.Item1,
            Timestamp = (long)(amounts.Item3 >> 1),
            Block = (known & 1) == 0 ? null : (long)(amounts.Item4 >> 1),
            LogIndex = (known & 2) == 0 ? null : (int)(amounts.Item4 >> 33),
            Order = (known & 4) == 0 ? null : new(words.Item3),
            Taker = (known & 8) == 0 ? null : wallets.Item2,
            Market = new((known & 16) == 0 ? null : new(words.Item4), texts.Item1, texts.Item2, texts.Item3),
        };

    public static Gen<OrderFilter> Filters { get; } =
        from users in Wanted(Wallets)
        from conditions in Wanted(Conditions)
        from slugs in Wanted(Texts.Where(static text => text.Length is > 0 and < 80 && text != "*"))
        select new OrderFilter { Users = users, Conditions = conditions, Slugs = slugs } is { IsEmpty: false } filter ? filter : OrderFilter.Everything;

    private static Gen<Wanted<T>> Wanted<T>(Gen<T> values) where T : IEquatable<T> => Gen.Frequency(
        (1, Gen.Constant(Messages.Orders.Wanted<T>.Unasked)),
        (1, Gen.Constant(Messages.Orders.Wanted<T>.Everything)),
        (3, values.NonEmptyListOf().Select(static list => Messages.Orders.Wanted.Of([.. list]))));
}
