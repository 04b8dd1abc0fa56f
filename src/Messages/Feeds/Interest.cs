using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Feeds;

/// <summary>What somebody here follows, as a feed may be asked for it: a wallet, a market by one of its names, the book of a token, a type of message about a market of Polymarket US, or (none of these) everything.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Interest(WalletId? Wallet, ConditionId? Condition, string? Slug)
{
    /// <summary>For feeds of order books.</summary>
    public TokenId? Token { get; init; }

    /// <summary>For feeds of Polymarket US: this, about the market of that slug; an empty slug stands for every market.</summary>
    public UsSubscriptionType? Us { get; init; }

    public static Interest Everything => default;

    /// <summary>Some order, the same in every process: hash codes differ from one to the next.</summary>
    public static IComparer<Interest> Order { get; } = Comparer<Interest>.Create(Compare);

    public bool IsEverything => Wallet is null && Condition is null && Slug is null && Token is null && Us is null;

    public static Interest In(WalletId wallet) => new(wallet, null, null);
    public static Interest In(ConditionId condition) => new(null, condition, null);
    public static Interest In(string slug) => new(null, null, slug);

    public static Interest In(TokenId token) => new() { Token = token };

    public static Interest In(UsSubscriptionType type, string slug) => new(null, null, slug) { Us = type };

    private static int Compare(Interest one, Interest other)
    {
        var (a, b) = (one.Wallet.GetValueOrDefault(), other.Wallet.GetValueOrDefault());
        var order = Rank(one).CompareTo(Rank(other));
        if (order == 0)
            order = (a.A, a.B, a.C).CompareTo((b.A, b.B, b.C));
        if (order == 0)
            order = Compare(one.Condition.GetValueOrDefault().Value, other.Condition.GetValueOrDefault().Value);
        if (order == 0)
            order = Compare(one.Token.GetValueOrDefault().Value, other.Token.GetValueOrDefault().Value);
        if (order == 0)
            order = one.Us.GetValueOrDefault().CompareTo(other.Us.GetValueOrDefault());
        return order != 0 ? order : string.CompareOrdinal(one.Slug, other.Slug);
    }

    private static int Rank(Interest one) => one.Us is not null ? 5 : one.Wallet is not null ? 1 : one.Condition is not null ? 2 : one.Slug is not null ? 3 : one.Token is not null ? 4 : 0;

    private static int Compare(Bytes32 one, Bytes32 other) => (one.A, one.B, one.C, one.D).CompareTo((other.A, other.B, other.C, other.D));
}

/// <summary>What is followed now and was not before, and the other way round.</summary>
public sealed record InterestChange(ImmutableArray<Interest> Began, ImmutableArray<Interest> Ended);
