using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Feeds;

/// <summary>What somebody here follows, as a feed may be asked for it: a wallet, a market by one of its names, the book of a token, a type of message about a market of Polymarket US, or (none of these) everything.</summary>
/// <remarks>It is one of these, so they share their room: every wallet that is followed is in several tables of these.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Interest
{
    // In the order in which they are sorted.
    private enum Kind : byte { Everything, Wallet, Condition, Slug, Token, Us }

    private readonly Bytes32 _id;
    private readonly Kind _kind;
    private readonly UsSubscriptionType _us;

    private Interest(Kind kind, Bytes32 id) => (_kind, _id) = (kind, id);

    private Interest(Kind kind, string slug, UsSubscriptionType us = default) => (_kind, Slug, _us) = (kind, slug, us);

    public WalletId? Wallet => _kind == Kind.Wallet && WalletId.TryFromWord(_id, out var wallet) ? wallet : null;

    public ConditionId? Condition => _kind == Kind.Condition ? new ConditionId(_id) : null;

    public string? Slug { get; }

    /// <summary>For feeds of order books.</summary>
    public TokenId? Token => _kind == Kind.Token ? new TokenId(_id) : null;

    /// <summary>For feeds of Polymarket US: this, about the market of that slug; an empty slug stands for every market.</summary>
    public UsSubscriptionType? Us => _kind == Kind.Us ? _us : null;

    public static Interest Everything => default;

    /// <summary>Some order, the same in every process: hash codes differ from one to the next.</summary>
    public static IComparer<Interest> Order { get; } = Comparer<Interest>.Create(Compare);

    public bool IsEverything => _kind == Kind.Everything;

    public static Interest In(WalletId wallet) => new(Kind.Wallet, wallet.ToWord());
    public static Interest In(ConditionId condition) => new(Kind.Condition, condition.Value);
    public static Interest In(string slug) => new(Kind.Slug, slug);

    public static Interest In(TokenId token) => new(Kind.Token, token.Value);

    public static Interest In(UsSubscriptionType type, string slug) => new(Kind.Us, slug, type);

    private static int Compare(Interest one, Interest other)
    {
        var order = one._kind.CompareTo(other._kind);
        if (order == 0)
            order = Compare(one._id, other._id);
        if (order == 0)
            order = one._us.CompareTo(other._us);
        return order != 0 ? order : string.CompareOrdinal(one.Slug, other.Slug);
    }

    private static int Compare(Bytes32 one, Bytes32 other) => (one.A, one.B, one.C, one.D).CompareTo((other.A, other.B, other.C, other.D));
}

/// <summary>What is followed now and was not before, and the other way round.</summary>
public sealed record InterestChange(ImmutableArray<Interest> Began, ImmutableArray<Interest> Ended);
