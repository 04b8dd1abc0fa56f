namespace Oddswire.Benchmarks.Gateways;

/// <summary>How much is measured.</summary>
internal sealed record Effort(int Rounds, Pace First, Pace Each, int Idle, bool IdleOverTls, int Crowd)
{
    internal const int EventsPerSecond = 15_000;

    /// <summary>Ten times what the venues tell.</summary>
    internal const int TradesPerSecond = 500, BookChangesPerSecond = 4_000;

    internal static Effort Full { get; } = new(7, new(0, 5_000), new(400, 2_000), 10_000, IdleOverTls: true, Crowd: 1_000_000);
    internal static Effort Quick { get; } = new(3, new(0, 1_000), new(100, 500), 2_000, IdleOverTls: false, Crowd: 100_000);
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
        using var identity = new Identity();
        var lineup = new Lineup(folder, load.UpstreamPort, identity);
        List<Peer> peers = [.. lineup.Plain().Concat(lineup.OverTls()).Where(IsChosen)];
        List<Peer> present = [.. peers.Where(static peer => peer.Missing is null)];
        List<Peer> closed = [.. present.SelectMany(peer => peer.Name == Peer.Oddswire ? BesideItsCrowd(peer, lineup.Crowded()) : [peer])];
        List<Peer> alone = [.. new[] { lineup.OnRtds(), lineup.Books() }.Where(IsChosen)];
        var processes = new List<Pinned>();
        try
        {
            foreach (var peer in closed.Concat(alone))
            {
                var process = Pinned.Start(Pinned.ServerCore, peer.Command, environment: peer.Environment);
                processes.Add(process);
                // Who waits for its upstream before it listens gets it with the next command.
                await process.Listens(peer.Port);
                await load.Add(peer, process.Process.Id);
                if (peer.Name == Peer.Crowded)
                    await load.Crowd(peer, effort.Crowd);
            }
            progress($"{processes.Count} servers run; warming up");
            var (standing, unkept) = (new Standing(peers), new Standing([]));
            foreach (var group in closed.GroupBy(static peer => peer.IsOverTls))
                await MeasureClosed(load, [.. group], Of(effort.First, group.Key), unkept);
            await MeasureAlone(load, alone, effort.First, unkept);
            for (var round = 0; round < effort.Rounds; round++)
            {
                // Nobody always comes behind the same neighbour.
                foreach (var group in closed.GroupBy(static peer => peer.IsOverTls))
                {
                    List<Peer> order = [.. group.Skip(round % group.Count()), .. group.Take(round % group.Count())];
                    await MeasureClosed(load, order, Of(effort.Each, group.Key), standing);
                    foreach (var peer in order.Where(static peer => peer.Name != Peer.Crowded))
                        standing.KeepOpen(await load.Open(peer, Effort.EventsPerSecond, Of(effort.Each, group.Key)));
                }
                await MeasureAlone(load, alone, effort.Each, standing);
                progress($"round {round + 1} of {effort.Rounds}");
            }
            foreach (var peer in present.Where(peer => effort.IdleOverTls || !peer.IsOverTls))
                standing.KeepIdle(peer, await load.BytesPerIdle(peer, effort.Idle));
            return standing;
        }
        finally
        {
            foreach (var process in processes)
                process.Dispose();
        }
    }

    /// <summary>One right after the other, and equally warm: what they differ by is little beside what the machine does in a minute.</summary>
    private IEnumerable<Peer> BesideItsCrowd(Peer gateway, Peer crowded) => IsChosen(crowded) ? [gateway, crowded] : [gateway];

    private bool IsChosen(Peer peer) => only.Count == 0 || only.Contains(peer.Name);

    /// <summary>Half as long over TLS, of which nothing is demanded.</summary>
    private static Pace Of(Pace pace, bool overTls) => overTls ? pace with { Measured = pace.Measured / 2 } : pace;

    private static async Task MeasureClosed(LoadGenerator load, IReadOnlyList<Peer> peers, Pace pace, Standing standing)
    {
        foreach (var fanOut in FanOut.All)
        {
            foreach (var peer in peers)
                standing.Keep(fanOut, await load.Closed(peer, fanOut, pace));
        }
    }

    private static async Task MeasureAlone(LoadGenerator load, IReadOnlyList<Peer> gateways, Pace pace, Standing standing)
    {
        foreach (var gateway in gateways)
        {
            await (gateway.Name switch
            {
                Peer.Books => MeasureBooks(load, gateway, pace, standing),
                _ => MeasureTrades(load, gateway, pace, standing),
            });
        }
    }

    /// <summary>How late trades are at a rate that a busy venue has, and how long the store took that they had to wait for.</summary>
    private static async Task MeasureTrades(LoadGenerator load, Peer gateway, Pace pace, Standing standing)
    {
        var before = await CommitTimes.Read(gateway);
        standing.KeepOpen(await load.Open(gateway, Effort.TradesPerSecond, pace));
        standing.KeepCommits((await CommitTimes.Read(gateway)).Since(before));
    }

    /// <summary>A hundred and a thousand clients on a hot token; and how late changes are, at such a rate.</summary>
    private static async Task MeasureBooks(LoadGenerator load, Peer gateway, Pace pace, Standing standing)
    {
        foreach (var fanOut in FanOut.All.Skip(2))
            standing.Keep(fanOut, await load.Closed(gateway, fanOut, pace));
        standing.KeepOpen(await load.OpenToTen(gateway, Effort.BookChangesPerSecond, pace));
    }
}
