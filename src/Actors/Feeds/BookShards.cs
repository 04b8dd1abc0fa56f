using System.Collections.Immutable;
using Oddswire.Messages.Feeds;

namespace Oddswire.Actors.Feeds;

/// <summary>The tokens of one connection.</summary>
internal sealed class BookShard(int number) : Shard(number)
{
    /// <summary>Null: not measured yet.</summary>
    internal FeedLoad? Load { get; set; }

    /// <summary>It carries as much as it can: what is new goes elsewhere.</summary>
    internal bool IsFull { get; set; }

    /// <summary>It carries little, since then (by the clock that only runs on).</summary>
    internal long? SparseSince { get; set; }

    /// <summary>It has taken over what another carried.</summary>
    internal bool HasJoined { get; set; }

    internal int Count => Asked.Count;
}

/// <summary>
/// Tokens are spread by count at first, then by what connections turn out to carry. The two tokens of a market stay together, for each connection is
/// told of both. Pure.
/// </summary>
internal sealed class BookShards(int mostTokens, int mostShards) : Shards<BookShard>(mostShards, static number => new BookShard(number))
{
    /// <summary>An empty connection is of no use any more, and forgotten.</summary>
    internal override BookShard? Remove(Interest one)
    {
        var shard = base.Remove(one);
        if (shard is not null)
            Drop(shard);
        return shard;
    }

    /// <summary>These, on a connection of their own. Null: there is no room for one more.</summary>
    internal BookShard? MoveAway(IReadOnlyCollection<Interest> what)
    {
        if (Make() is not { } shard)
            return null;
        MoveInto(shard, what);
        return shard;
    }

    internal void MoveInto(BookShard shard, IReadOnlyCollection<Interest> what)
    {
        foreach (var one in what)
        {
            Remove(one);
            Put(one, shard);
        }
    }

    /// <summary>The half of a connection by what its markets cause, without tearing one apart; none when it carries a single market.</summary>
    internal static ImmutableArray<Interest> HalfOf(BookShard shard)
    {
        var measured = (shard.Load?.Markets ?? []).Select(static market => (market.Frames, What: market.Tokens.Select(Interest.In).ToArray())).ToArray();
        var known = measured.SelectMany(static market => market.What).ToHashSet();
        var groups = measured
            .Select(market => (market.Frames, What: market.What.Where(shard.Asked.Contains).ToArray()))
            .Where(static group => group.What.Length > 0)
            .Concat(shard.Asked.Where(one => !known.Contains(one)).Chunk(2).Select(static pair => (Frames: 0, What: pair)))
            .OrderByDescending(static group => group.Frames).ToList();
        if (groups.Count < 2)
            return [];
        var (here, there, moved) = (0, 0, ImmutableArray.CreateBuilder<Interest>());
        foreach (var (frames, what) in groups)
        {
            var weight = frames + 1;        // what is quiet now has a weight too
            if (here <= there)
            {
                here += weight;
            }
            else
            {
                there += weight;
                moved.AddRange(what);
            }
        }
        return moved.DrainToImmutable();
    }

    protected override bool HasRoom(BookShard shard, Interest one) => !shard.IsFull && shard.Count < mostTokens;
}
