using System.Collections.Immutable;
using Oddswire.Messages.Feeds;

namespace Oddswire.Actors.Feeds;

/// <summary>What is followed on one connection.</summary>
internal abstract class Shard(int number)
{
    private ImmutableSortedSet<Interest> _asked = ImmutableSortedSet.Create(Interest.Order);

    internal int Number { get; } = number;

    /// <summary>What its connection asks for when it opens, also what moved away and is not left yet; read on any thread.</summary>
    internal ImmutableSortedSet<Interest> Asked => Volatile.Read(ref _asked);

    internal virtual void Add(Interest one) => Volatile.Write(ref _asked, Asked.Add(one));

    internal virtual void Remove(Interest one) => Volatile.Write(ref _asked, Asked.Remove(one));
}

/// <summary>
/// Which connection follows what. The first with room takes what is new, what has a place keeps it, and what finds none is left. When a connection has
/// room, and what moves from one to another, is the business of each venue. Pure.
/// </summary>
internal abstract class Shards<TShard>(int mostShards, Func<int, TShard> make) where TShard : Shard
{
    private readonly Dictionary<Interest, TShard> _places = [];
    private readonly SortedDictionary<int, TShard> _shards = [];
    private readonly HashSet<Interest> _left = [];
    private int _made;

    internal IReadOnlyCollection<TShard> All => _shards.Values;

    /// <summary>Wanted, and on no connection: as many are open as may be.</summary>
    internal IReadOnlyCollection<Interest> Left => _left;

    internal TShard? Find(Interest one) => _places.GetValueOrDefault(one);

    internal TShard? Find(int number) => _shards.GetValueOrDefault(number);

    /// <summary>Null: there is no room.</summary>
    internal TShard? Add(Interest one)
    {
        if (_places.TryGetValue(one, out var place))
            return place;
        var shard = WithRoom(one, except: null) ?? Make();
        if (shard is null)
            _left.Add(one);
        else
            Put(one, shard);
        return shard;
    }

    /// <summary>The connection that followed it, if one did, and from now on need not. What is left of it, see <see cref="Drop"/>.</summary>
    internal virtual TShard? Remove(Interest one)
    {
        _left.Remove(one);
        if (!_places.Remove(one, out var shard))
            return null;
        shard.Remove(one);
        return shard;
    }

    /// <summary>True: nothing is followed there any more, and it is forgotten. Its number is not used again.</summary>
    internal bool Drop(TShard shard) => shard.Asked.IsEmpty && _shards.Remove(shard.Number);

    protected abstract bool HasRoom(TShard shard, Interest one);

    protected TShard? WithRoom(Interest one, TShard? except) => _shards.Values.FirstOrDefault(shard => shard != except && HasRoom(shard, one));

    /// <summary>Null: as many are open as may be, and so many more.</summary>
    protected TShard? Make(int more = 0)
    {
        if (_shards.Count >= mostShards + more)
            return null;
        var shard = make(++_made);
        _shards.Add(shard.Number, shard);
        return shard;
    }

    protected void Put(Interest one, TShard shard)
    {
        _places[one] = shard;
        _left.Remove(one);
        shard.Add(one);
    }
}
