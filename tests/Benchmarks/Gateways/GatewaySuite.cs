using Oddswire.Benchmarks.Measuring;

namespace Oddswire.Benchmarks.Gateways;

/// <summary>How much is measured.</summary>
internal sealed record Effort(int Rounds, Pace First, Pace Each, int Idle)
{
    internal const int EventsPerSecond = 15_000;
    internal const int BookChangesPerSecond = 4_000;

    internal static Effort Full { get; } = new(7, new(0, 5_000), new(400, 2_000), 10_000);
    internal static Effort Quick { get; } = new(3, new(0, 1_000), new(100, 500), 2_000);
}

/// <summary>
/// All servers run at the same time, each on the servers' core, and are measured one after another, round after round: what the machine
/// does meanwhile happens to all of them. The first round is not kept: compilers warm up in it.
/// </summary>
internal sealed class GatewaySuite(string folder, Effort effort, IReadOnlySet<string> only)
{
    internal async Task<Standing> Run(Action<string> progress)
    {
        using var load = await LoadGenerator.Start(folder);
        var lineup = new Lineup(folder, load.UpstreamPort);
        var peers = lineup.All().Where(IsChosen).ToList();
        var present = peers.Where(static peer => peer.Missing is null).ToList();
        var books = lineup.Books() is var one && IsChosen(one) ? one : null;
        var processes = new List<Pinned>();
        try
        {
            foreach (var peer in books is null ? present : [.. present, books])
            {
                var process = Pinned.Start(Pinned.ServerCore, peer.Command, environment: peer.Environment);
                processes.Add(process);
                // Who waits for its upstream before it listens gets it with the next command.
                await process.Listens(peer.Port);
                await load.Add(peer, process.Process.Id);
            }
            progress($"{present.Count} servers run; warming up");
            var standing = new Standing(peers);
            await Measure(load, present, effort.First, static (_, _) => { });
            if (books is not null)
                await MeasureBooks(load, books, effort.First, new Standing([]));
            for (var round = 0; round < effort.Rounds; round++)
            {
                // Nobody always comes behind the same neighbour.
                var order = present.Skip(round % present.Count).Concat(present.Take(round % present.Count)).ToList();
                await Measure(load, order, effort.Each, standing.Keep);
                foreach (var peer in order)
                    standing.KeepOpen(await load.Open(peer, Effort.EventsPerSecond, effort.Each));
                if (books is not null)
                    await MeasureBooks(load, books, effort.Each, standing);
                progress($"round {round + 1} of {effort.Rounds}");
            }
            foreach (var peer in present)
                standing.KeepIdle(peer, await load.BytesPerIdle(peer, effort.Idle));
            return standing;
        }
        finally
        {
            foreach (var process in processes)
                process.Dispose();
        }
    }

    private bool IsChosen(Peer peer) => only.Count == 0 || only.Contains(peer.Name);

    /// <summary>A hundred and a thousand clients on a hot token; and how late changes are, at a rate that a busy venue has.</summary>
    private static async Task MeasureBooks(LoadGenerator load, Peer books, Pace pace, Standing standing)
    {
        foreach (var fanOut in FanOut.All.Skip(2))
            standing.Keep(fanOut, await load.Closed(books, fanOut, pace));
        standing.KeepOpen(await load.OpenToTen(books, Effort.BookChangesPerSecond, pace));
    }

    private static async Task Measure(LoadGenerator load, IReadOnlyList<Peer> peers, Pace pace, Action<FanOut, LoadResult> keep)
    {
        foreach (var fanOut in FanOut.All)
        {
            foreach (var peer in peers)
                keep(fanOut, await load.Closed(peer, fanOut, pace));
        }
    }
}

/// <summary>What the rounds showed, by server.</summary>
internal sealed class Standing(IReadOnlyList<Peer> peers)
{
    private readonly Dictionary<(string Peer, FanOut FanOut), List<LoadResult>> _closed = [];
    private readonly Dictionary<string, List<LoadResult>> _open = [];
    private readonly Dictionary<string, double> _idle = [];

    internal IReadOnlyList<Peer> Peers => peers;

    internal bool Has(string peer) => _open.ContainsKey(peer);

    internal void Keep(FanOut fanOut, LoadResult result) => Of(_closed, (result.Server, fanOut)).Add(result);
    internal void KeepOpen(LoadResult result) => Of(_open, result.Server).Add(result);
    internal void KeepIdle(Peer peer, double bytes) => _idle[peer.Name] = bytes;

    internal Series Closed(string peer, FanOut fanOut, Func<LoadResult, double> value) => new([.. _closed[(peer, fanOut)].Select(value)]);
    internal Series Open(string peer, Func<LoadResult, double> value) => new([.. _open[peer].Select(value)]);
    internal double Idle(string peer) => _idle[peer];

    internal IEnumerable<LoadResult> Runs => _closed.Values.Concat(_open.Values).SelectMany(static runs => runs);

    private static List<LoadResult> Of<TKey>(Dictionary<TKey, List<LoadResult>> all, TKey key) where TKey : notnull
    {
        if (!all.TryGetValue(key, out var runs))
            all.Add(key, runs = []);
        return runs;
    }
}
