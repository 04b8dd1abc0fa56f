namespace Oddswire.Protocols.Dome;

/// <summary>What a Dome error frame (or an HTTP refusal of the upgrade) can say; the codes are fixed, programs branch on them.</summary>
public enum DomeError
{
    InvalidApiKey,

    /// <summary>The frame itself or something in it is not as the protocol says; the message tells what and where.</summary>
    InvalidFilters,
    SubscriptionLimit,
    ItemsLimit,
    ItemsPerSubLimit,
    WildcardNotAllowed,
    WildcardConnectionLimit,
    ConnectionLimit,
    SubscriptionNotFound,
    PositionTooOld,
    PositionUnknown,
    PositionUnavailable,
}

public static class DomeErrorCode
{
    public static ReadOnlySpan<byte> Utf8(this DomeError error) => error switch
    {
        DomeError.InvalidApiKey => "INVALID_API_KEY"u8,
        DomeError.InvalidFilters => "INVALID_FILTERS"u8,
        DomeError.SubscriptionLimit => "SUBSCRIPTION_LIMIT"u8,
        DomeError.ItemsLimit => "ITEMS_LIMIT"u8,
        DomeError.ItemsPerSubLimit => "ITEMS_PER_SUB_LIMIT"u8,
        DomeError.WildcardNotAllowed => "WILDCARD_NOT_ALLOWED"u8,
        DomeError.WildcardConnectionLimit => "WILDCARD_CONNECTION_LIMIT"u8,
        DomeError.ConnectionLimit => "CONNECTION_LIMIT"u8,
        DomeError.SubscriptionNotFound => "SUBSCRIPTION_NOT_FOUND"u8,
        DomeError.PositionTooOld => "POSITION_TOO_OLD"u8,
        DomeError.PositionUnknown => "POSITION_UNKNOWN"u8,
        DomeError.PositionUnavailable => "POSITION_UNAVAILABLE"u8,
    };
}
