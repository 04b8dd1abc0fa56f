using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;

namespace Oddswire.Actors.Feeds;

/// <summary>What is followed on one connection, and what the venue may still tell there.</summary>
internal sealed class UsShard(int number) : Shard(number)
{
    private readonly Dictionary<(UsSubscriptionType Type, bool IsEveryMarket), int> _counts = [];
    private readonly HashSet<Interest> _carried = [];

    /// <summary>The venue may still tell it here: it would refuse it.</summary>
    internal bool Carries(Interest one) => _carried.Contains(one);

    internal override void Add(Interest one)
    {
        _carried.Add(one);
        if (!Asked.Contains(one))
            _counts[Kind(one)] = _counts.GetValueOrDefault(Kind(one)) + 1;
        base.Add(one);
    }

    internal override void Remove(Interest one)
    {
        if (Asked.Contains(one))
            _counts[Kind(one)]--;
        base.Remove(one);
    }

    /// <summary>The venue tells these here no longer.</summary>
    internal void Release(IEnumerable<Interest> what) => _carried.ExceptWith(what.Where(one => !Asked.Contains(one)));

    /// <summary>The venue remembers nothing of a connection that has ended.</summary>
    internal void Forget()
    {
        _carried.Clear();
        _carried.UnionWith(Asked);
    }

    /// <summary>The fewest requests in which all of it and one more can be asked for.</summary>
    internal int RequestsWith(Interest one, int mostSlugs)
    {
        _counts.TryAdd(Kind(one), 0);
        return _counts.Sum(count => (count.Value + (count.Key == Kind(one) ? 1 : 0) + mostSlugs - 1) / mostSlugs);
    }

    private static (UsSubscriptionType Type, bool IsEveryMarket) Kind(Interest one) => (one.Us!.Value, one.Slug is "");
}

/// <summary>
/// The venue counts requests, so a connection has room as long as all of it, packed well, leaves two requests to change with; and it refuses what it
/// still carries, so that moves elsewhere. Pure.
/// </summary>
internal sealed class UsShards(int mostRequests, int mostSlugs, int mostShards) : Shards<UsShard>(mostShards, static number => new UsShard(number))
{
    private const int Spare = 2;

    /// <summary>To another connection; where it was it stays until <see cref="Leave"/>. There may be one connection more than else: for a while. Null: there is no room.</summary>
    internal UsShard? Move(Interest one)
    {
        if (Find(one) is not { } from || (WithRoom(one, from) ?? Make(more: 1)) is not { } shard)
            return null;
        Put(one, shard);
        return shard;
    }

    /// <summary>What moved away from it and stands there. What came back meanwhile stays.</summary>
    internal ImmutableArray<Interest> Leave(UsShard shard, IEnumerable<Interest> what)
    {
        ImmutableArray<Interest> left = [.. what.Where(one => Find(one) != shard && shard.Asked.Contains(one))];
        foreach (var one in left)
            shard.Remove(one);
        return left;
    }

    protected override bool HasRoom(UsShard shard, Interest one) =>
        !shard.Carries(one) && shard.RequestsWith(one, mostSlugs) <= Math.Max(1, mostRequests - Spare);
}
