using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;

namespace Oddswire.Actors.Feeds;

/// <summary>What is followed on one connection.</summary>
internal sealed class UsShard(int number)
{
    private ImmutableSortedSet<Interest> _asked = ImmutableSortedSet.Create(Interest.Order);
    private readonly Dictionary<(UsSubscriptionType Type, bool IsEveryMarket), int> _counts = [];
    private readonly HashSet<Interest> _carried = [];

    internal int Number { get; } = number;

    /// <summary>What its connection asks for when it opens, also what moved away and is not left yet; read on any thread.</summary>
    internal ImmutableSortedSet<Interest> Asked => Volatile.Read(ref _asked);

    /// <summary>The venue may still tell it here: it would refuse it.</summary>
    internal bool Carries(Interest one) => _carried.Contains(one);

    internal void Add(Interest one)
    {
        _carried.Add(one);
        if (!Asked.Contains(one))
            _counts[Kind(one)] = _counts.GetValueOrDefault(Kind(one)) + 1;
        Volatile.Write(ref _asked, Asked.Add(one));
    }

    internal void Remove(Interest one)
    {
        if (Asked.Contains(one))
            _counts[Kind(one)]--;
        Volatile.Write(ref _asked, Asked.Remove(one));
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
/// Which connection follows what. The venue counts requests, so a connection has room as long as all of it, packed well, leaves two requests to change
/// with; and it refuses what it still carries, so that moves elsewhere. Pure.
/// </summary>
internal sealed class UsShards(int mostRequests, int mostSlugs, int mostShards)
{
    private const int Spare = 2;

    private readonly Dictionary<Interest, UsShard> _places = [];
    private readonly SortedDictionary<int, UsShard> _shards = [];
    private readonly HashSet<Interest> _left = [];
    private int _made;

    /// <summary>Wanted, and on no connection: as many are open as may be.</summary>
    internal IReadOnlyCollection<Interest> Left => _left;

    internal UsShard? Find(Interest one) => _places.GetValueOrDefault(one);

    internal UsShard? Find(int number) => _shards.GetValueOrDefault(number);

    /// <summary>Null: there is no room. What has a place keeps it.</summary>
    internal UsShard? Add(Interest one)
    {
        if (_places.TryGetValue(one, out var place))
            return place;
        var shard = WithRoom(one, except: null) ?? Make(mostShards);
        if (shard is null)
            _left.Add(one);
        else
            Put(one, shard);
        return shard;
    }

    /// <summary>The connection that follows it, if one does, and from now on need not. What is left of it, see <see cref="Drop"/>.</summary>
    internal UsShard? Remove(Interest one)
    {
        _left.Remove(one);
        if (!_places.Remove(one, out var shard))
            return null;
        shard.Remove(one);
        return shard;
    }

    /// <summary>To another connection; where it was it stays until <see cref="Leave"/>. There may be one connection more than else: for a while. Null: there is no room.</summary>
    internal UsShard? Move(Interest one)
    {
        if (!_places.TryGetValue(one, out var from) || (WithRoom(one, from) ?? Make(mostShards + 1)) is not { } shard)
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

    /// <summary>True: nothing is followed there any more, and it is forgotten.</summary>
    internal bool Drop(UsShard shard) => shard.Asked.IsEmpty && _shards.Remove(shard.Number);

    private UsShard? WithRoom(Interest one, UsShard? except) => _shards.Values.FirstOrDefault(shard =>
        shard != except && !shard.Carries(one) && shard.RequestsWith(one, mostSlugs) <= Math.Max(1, mostRequests - Spare));

    private UsShard? Make(int most)
    {
        if (_shards.Count >= most)
            return null;
        var shard = new UsShard(++_made);
        _shards.Add(shard.Number, shard);
        return shard;
    }

    private void Put(Interest one, UsShard shard)
    {
        _places[one] = shard;
        _left.Remove(one);
        shard.Add(one);
    }
}
