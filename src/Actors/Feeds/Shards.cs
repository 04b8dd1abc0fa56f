using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Feeds;

/// <summary>The tokens of one connection.</summary>
internal sealed class Shard(int number)
{
    private ImmutableSortedSet<Interest> _wanted = ImmutableSortedSet.Create(Interest.Order);

    internal int Number { get; } = number;

    /// <summary>Null: not measured yet.</summary>
    internal FeedLoad? Load { get; set; }

    /// <summary>It carries as much as it can: what is new goes elsewhere.</summary>
    internal bool IsFull { get; set; }

    /// <summary>It carries little, since then (by the clock that only runs on).</summary>
    internal long? SparseSince { get; set; }

    /// <summary>It has taken over what another carried.</summary>
    internal bool HasJoined { get; set; }

    /// <summary>As its connection asks for it when it opens; read on any thread.</summary>
    internal ImmutableSortedSet<Interest> Wanted => Volatile.Read(ref _wanted);

    internal int Count => Wanted.Count;

    internal void Add(TokenId token) => Volatile.Write(ref _wanted, Wanted.Add(Interest.In(token)));

    internal void Remove(TokenId token) => Volatile.Write(ref _wanted, Wanted.Remove(Interest.In(token)));
}

/// <summary>
/// Which token is followed on which connection: by count at first, then by what connections turn out to carry. The two tokens of a market stay
/// together, for each connection is told of both. Pure.
/// </summary>
internal sealed class Shards(int mostTokens, int mostShards)
{
    private readonly Dictionary<TokenId, Shard> _places = [];
    private readonly SortedDictionary<int, Shard> _shards = [];
    private readonly HashSet<TokenId> _left = [];
    private int _made;

    internal IReadOnlyCollection<Shard> All => _shards.Values;

    /// <summary>Wanted, and on no connection: as many are open as may be.</summary>
    internal int Left => _left.Count;

    internal Shard? Find(TokenId token) => _places.GetValueOrDefault(token);

    internal Shard? Find(int number) => _shards.GetValueOrDefault(number);

    /// <summary>Null: there is no room. One that has a place keeps it.</summary>
    internal Shard? Add(TokenId token)
    {
        if (_places.TryGetValue(token, out var place))
            return place;
        var shard = _shards.Values.FirstOrDefault(shard => !shard.IsFull && shard.Count < mostTokens) ?? Make();
        if (shard is null)
            _left.Add(token);
        else
            Put(token, shard);
        return shard;
    }

    /// <summary>The connection that followed it, if one did. An empty one is of no use any more, and forgotten.</summary>
    internal Shard? Remove(TokenId token)
    {
        _left.Remove(token);
        if (!_places.Remove(token, out var shard))
            return null;
        shard.Remove(token);
        if (shard.Count == 0)
            _shards.Remove(shard.Number);
        return shard;
    }

    /// <summary>These, on a connection of their own. Null: there is no room for one more.</summary>
    internal Shard? MoveAway(IReadOnlyCollection<TokenId> tokens)
    {
        if (Make() is not { } shard)
            return null;
        MoveInto(shard, tokens);
        return shard;
    }

    internal void MoveInto(Shard shard, IReadOnlyCollection<TokenId> tokens)
    {
        foreach (var token in tokens)
        {
            Remove(token);
            Put(token, shard);
        }
    }

    /// <summary>The half of a connection by what its markets cause, without tearing one apart; none when it carries a single market.</summary>
    internal static ImmutableArray<TokenId> HalfOf(Shard shard)
    {
        var measured = shard.Load?.Markets ?? [];
        var known = measured.SelectMany(static market => market.Tokens).ToHashSet();
        var groups = measured
            .Select(market => (market.Frames, Tokens: market.Tokens.Where(token => shard.Wanted.Contains(Interest.In(token))).ToArray()))
            .Where(static group => group.Tokens.Length > 0)
            .Concat(shard.Wanted.Select(static one => one.Token!.Value).Where(token => !known.Contains(token)).Chunk(2).Select(static pair => (Frames: 0, Tokens: pair)))
            .OrderByDescending(static group => group.Frames).ToList();
        if (groups.Count < 2)
            return [];
        var (here, there, moved) = (0, 0, ImmutableArray.CreateBuilder<TokenId>());
        foreach (var (frames, tokens) in groups)
        {
            var weight = frames + 1;        // what is quiet now has a weight too
            if (here <= there)
            {
                here += weight;
            }
            else
            {
                there += weight;
                moved.AddRange(tokens);
            }
        }
        return moved.DrainToImmutable();
    }

    private Shard? Make()
    {
        if (_shards.Count >= mostShards)
            return null;
        var shard = new Shard(++_made);
        _shards.Add(shard.Number, shard);
        return shard;
    }

    private void Put(TokenId token, Shard shard)
    {
        _places[token] = shard;
        _left.Remove(token);
        shard.Add(token);
    }
}
