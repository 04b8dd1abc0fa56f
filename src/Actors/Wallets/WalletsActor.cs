using System.Collections.Immutable;
using Oddswire.Actors.Routing;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Wallets;

/// <summary>A followed wallet, or everything (no wallet): the hub of those who follow all.</summary>
public readonly record struct WalletKey(WalletId? Wallet);

/// <summary>/wallets: one hub per followed wallet, and one for everything.</summary>
public sealed class WalletsActor(InterestReport? report = null) : DirectoryActor<WalletKey>(report ?? new InterestReport())
{
    private static readonly ImmutableArray<WalletKey> Everything = [default];

    protected override ImmutableArray<WalletKey> KeysOf(OrderFilterPlace place) => place.At switch
    {
        OrderFilterPlace.Kind.Wallets => [.. place.Filter.Users.Values.Select(static wallet => new WalletKey(wallet))],
        OrderFilterPlace.Kind.Everything => Everything,
        _ => [],
    };

    protected override void KeysOf(TapeEntry entry, List<WalletKey> keys)
    {
        keys.Add(new WalletKey(entry.Fill.User));
        keys.Add(default);
    }

    protected override Interest InterestOf(WalletKey key) => key.Wallet is { } wallet ? Interest.In(wallet) : Interest.Everything;

    protected override string NameOf(WalletKey key) => key.Wallet?.ToString() ?? "everything";
}
