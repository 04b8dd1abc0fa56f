using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Dome;

/// <summary>GET /polymarket/orders, checked. At most one of token, condition and slug; times are Unix seconds, both ends included.</summary>
public sealed record OrdersQuery
{
    public const int MostRows = 1000;

    public TokenId? Token { get; init; }
    public ConditionId? Condition { get; init; }
    public string? Slug { get; init; }
    public WalletId? User { get; init; }
    public long? From { get; init; }
    public long? To { get; init; }
    public int Limit { get; init; } = 100;

    /// <summary>Deprecated by Dome, still served. A cursor wins over it.</summary>
    public long Offset { get; init; }

    public PaginationKey? After { get; init; }
}

/// <summary>The body of a refused REST request, in Dome's words.</summary>
public sealed record RestError(string Error, string Message);
