using Oddswire.Messages.PolymarketUs;

namespace Oddswire.Protocols.PolymarketUs;

public enum UsSocket : byte { Markets, Private }

/// <summary>The types as they are written: by name in camelCase frames, by number in snake_case ones.</summary>
public static class UsSubscriptionTypes
{
    private static readonly UsSubscriptionType[] Markets =
        [UsSubscriptionType.Unspecified, UsSubscriptionType.MarketData, UsSubscriptionType.MarketDataLite, UsSubscriptionType.Trade];

    // RFQ has no number that anybody has seen; five is the next one.
    private static readonly UsSubscriptionType[] Private =
        [UsSubscriptionType.Unspecified, UsSubscriptionType.Order, UsSubscriptionType.OrderSnapshot, UsSubscriptionType.Position, UsSubscriptionType.AccountBalance, UsSubscriptionType.Rfq];

    public static bool IsOf(this UsSubscriptionType type, UsSocket socket) => type != UsSubscriptionType.Unspecified && Of(socket).Contains(type);

    internal static int Number(this UsSubscriptionType type) => Math.Max(Math.Max(Array.IndexOf(Markets, type), Array.IndexOf(Private, type)), 0);

    internal static ReadOnlySpan<byte> Name(this UsSubscriptionType type) => type switch
    {
        UsSubscriptionType.MarketData => "SUBSCRIPTION_TYPE_MARKET_DATA"u8,
        UsSubscriptionType.MarketDataLite => "SUBSCRIPTION_TYPE_MARKET_DATA_LITE"u8,
        UsSubscriptionType.Trade => "SUBSCRIPTION_TYPE_TRADE"u8,
        UsSubscriptionType.Order => "SUBSCRIPTION_TYPE_ORDER"u8,
        UsSubscriptionType.OrderSnapshot => "SUBSCRIPTION_TYPE_ORDER_SNAPSHOT"u8,
        UsSubscriptionType.Position => "SUBSCRIPTION_TYPE_POSITION"u8,
        UsSubscriptionType.AccountBalance => "SUBSCRIPTION_TYPE_ACCOUNT_BALANCE"u8,
        UsSubscriptionType.Rfq => "SUBSCRIPTION_TYPE_RFQ"u8,
        _ => "SUBSCRIPTION_TYPE_UNSPECIFIED"u8,
    };

    /// <summary>Null: the socket has no type of this name.</summary>
    internal static UsSubscriptionType? Named(ReadOnlySpan<byte> name, UsSocket socket)
    {
        foreach (var type in Of(socket))
            if (name.SequenceEqual(type.Name())) return type;
        return null;
    }

    internal static UsSubscriptionType Numbered(long number, UsSocket socket) =>
        number > 0 && number < Of(socket).Length ? Of(socket)[number] : UsSubscriptionType.Unspecified;

    private static UsSubscriptionType[] Of(UsSocket socket) => socket == UsSocket.Markets ? Markets : Private;
}
