using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;

namespace Oddswire.Actors.Feeds;

/// <summary>The array of a filter that an interest stands in. Servers differ in what they make of several arrays together, so none are mixed.</summary>
internal enum ParcelKind : byte { Wallets, Conditions, Slugs }

/// <summary>One subscription upstream: what it is to carry, and what the server knows of it.</summary>
internal sealed class Parcel(ParcelKind kind)
{
    internal ParcelKind Kind { get; } = kind;
    internal List<Interest> Items { get; } = [];

    /// <summary>From its first ack on.</summary>
    internal string? Id { get; set; }

    /// <summary>A command of it waits for its answer.</summary>
    internal bool IsAsked { get; set; }

    /// <summary>It carries something else than what was last asked for.</summary>
    internal bool IsChanged { get; set; } = true;

    /// <summary>What was last asked for is `*`.</summary>
    internal bool IsEverything { get; set; }

    /// <summary>The server has refused it: not before this time again (unix milliseconds).</summary>
    internal long RestsUntil { get; set; }

    /// <summary>The server has acknowledged what was last asked for.</summary>
    internal bool Stands => Id is not null && !IsAsked;

    internal OrderFilter Filter => IsEverything
        ? OrderFilter.Everything
        : Kind switch
        {
            ParcelKind.Wallets => new() { Users = Wanted.Of<Messages.Values.WalletId>([.. Items.Select(static item => item.Wallet!.Value)]) },
            ParcelKind.Conditions => new() { Conditions = Wanted.Of<Messages.Values.ConditionId>([.. Items.Select(static item => item.Condition!.Value)]) },
            _ => new() { Slugs = Wanted.Of<string>([.. Items.Select(static item => item.Slug!)]) },
        };
}
