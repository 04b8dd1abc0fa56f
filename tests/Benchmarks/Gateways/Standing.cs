using Oddswire.Benchmarks.Measuring;

namespace Oddswire.Benchmarks.Gateways;

/// <summary>What the rounds showed, by server.</summary>
internal sealed class Standing(IReadOnlyList<Peer> peers)
{
    private readonly Dictionary<(string Peer, FanOut FanOut), List<LoadResult>> _closed = [];
    private readonly Dictionary<string, List<LoadResult>> _open = [];
    private readonly Dictionary<string, double> _idle = [];
    private readonly List<CommitTimes> _commits = [];

    internal IReadOnlyList<Peer> Plain { get; } = [.. peers.Where(static peer => !peer.IsOverTls)];
    internal IReadOnlyList<Peer> OverTls { get; } = [.. peers.Where(static peer => peer.IsOverTls)];

    internal bool Has(string peer) => _open.ContainsKey(peer);
    internal bool Has(string peer, FanOut fanOut) => _closed.ContainsKey((peer, fanOut));

    internal void Keep(FanOut fanOut, LoadResult result) => Of(_closed, (result.Server, fanOut)).Add(result);
    internal void KeepOpen(LoadResult result) => Of(_open, result.Server).Add(result);
    internal void KeepIdle(Peer peer, double bytes) => _idle[peer.Name] = bytes;
    internal void KeepCommits(CommitTimes times) => _commits.Add(times);

    internal Series Closed(string peer, FanOut fanOut, Func<LoadResult, double> value) => new([.. _closed[(peer, fanOut)].Select(value)]);
    internal Series Open(string peer, Func<LoadResult, double> value) => new([.. _open[peer].Select(value)]);
    internal double? Idle(string peer) => _idle.TryGetValue(peer, out var bytes) ? bytes : null;

    /// <summary>Of the store under the events that come at the venues' rate.</summary>
    internal Series CommitMicros(double share) => new([.. _commits.Select(times => times.Micros(share))]);

    internal IEnumerable<LoadResult> Runs => _closed.Values.Concat(_open.Values).SelectMany(static runs => runs);

    private static List<LoadResult> Of<TKey>(Dictionary<TKey, List<LoadResult>> all, TKey key) where TKey : notnull
    {
        if (!all.TryGetValue(key, out var runs))
            all.Add(key, runs = []);
        return runs;
    }
}
