using System.Collections.Immutable;
using System.Globalization;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;

namespace Oddswire.Actors.Feeds;

/// <summary>The requests of one connection: so many there may be, each with so many markets of one type, and no market twice for its type. Pure.</summary>
internal sealed class UsRequests(int most, int mostSlugs)
{
    private readonly Dictionary<string, UsRequest> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<Interest, UsRequest> _carriers = [];
    private int _most = most;
    private int _named;

    internal IReadOnlyCollection<UsRequest> All => _byId.Values;

    internal UsRequest? Find(string? id) => id is null ? null : _byId.GetValueOrDefault(id);

    /// <summary>Also what is not wanted of it any more.</summary>
    internal UsRequest? CarrierOf(Interest what) => _carriers.GetValueOrDefault(what);

    internal bool IsWanted(Interest what) => _carriers.TryGetValue(what, out var carrier) && carrier.Wanted.Contains(what);

    /// <summary>In as few requests as they fit into; what did not fit is added to <paramref name="left"/>.</summary>
    internal List<UsRequest> Pack(IEnumerable<Interest> what, int refusals, long now, ImmutableArray<Interest>.Builder left)
    {
        List<UsRequest> made = [];
        // Every market is a request of its own: it has no slugs.
        foreach (var group in what.GroupBy(static one => (Type: one.Us!.Value, IsEveryMarket: one.Slug is ""))
            .OrderBy(static group => group.Key.Type).ThenBy(static group => group.Key.IsEveryMarket))
        {
            foreach (var some in group.Chunk(mostSlugs))
            {
                if (_byId.Count >= _most)
                {
                    left.AddRange(some);
                    continue;
                }
                var request = new UsRequest(string.Create(CultureInfo.InvariantCulture, $"ow-{++_named}"), group.Key.Type, some, refusals, now);
                _byId.Add(request.Id, request);
                foreach (var one in some)
                    _carriers.Add(one, request);
                made.Add(request);
            }
        }
        return made;
    }

    /// <summary>The request that carries it, of which it is no longer wanted; null: none does.</summary>
    internal UsRequest? Forget(Interest what) => _carriers.TryGetValue(what, out var carrier) && carrier.Wanted.Remove(what) ? carrier : null;

    /// <summary>The venue has it no longer, or never had.</summary>
    internal void Remove(UsRequest request)
    {
        _byId.Remove(request.Id);
        foreach (var one in request.Carried)
        {
            if (_carriers.TryGetValue(one, out var carrier) && carrier == request)
                _carriers.Remove(one);
        }
    }

    /// <summary>The venue takes fewer than we were told.</summary>
    internal void Narrow() => _most = Math.Max(1, _byId.Count);

    /// <summary>Those in which little is wanted, of which no one has been moved lately: put together they are fewer.</summary>
    internal IEnumerable<UsRequest> Sparse(long movedBefore) =>
        _byId.Values.Where(request => request.MovingSince < movedBefore && 2 * request.Wanted.Count <= mostSlugs && !request.Carried.Any(static one => one.Slug is ""));

    /// <summary>Those that carry what nobody wants.</summary>
    internal IEnumerable<UsRequest> Wasteful(long movedBefore) => _byId.Values.Where(request => request.MovingSince < movedBefore && request.IsWasteful);
}
