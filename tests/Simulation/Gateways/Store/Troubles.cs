using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Store;

/// <summary>
/// When the tape could not be written: a commit failed, or took as long as makes a gateway lose its patience. Then it may send fills that
/// are not durable yet, without a position.
/// </summary>
internal sealed class Troubles(World world)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.9);

    // After a failure the gateway waits before it tries again; what arrives meanwhile is part of the trouble.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(1.5);

    private readonly List<Commit> _commits = [];

    internal sealed class Commit(World world, Process process)
    {
        internal TimeSpan From { get; } = world.Clock.Elapsed;
        internal bool Failed { get; private set; }

        /// <summary>A process that died in the middle of it never heard.</summary>
        internal TimeSpan Until => _to ?? process.EndedAt ?? world.Clock.Elapsed;

        internal bool IsGood => !Failed && Until - From < Patience;

        private TimeSpan? _to;

        internal void End(bool failed)
        {
            _to = world.Clock.Elapsed;
            Failed = failed;
        }
    }

    internal Commit Begin(Process process)
    {
        if (_commits.Count > 0 && _commits[^1].IsGood)
            _commits.RemoveAt(_commits.Count - 1);
        _commits.Add(new Commit(world, process));
        return _commits[^1];
    }

    internal bool IsNow => Were(world.Clock.Elapsed, world.Clock.Elapsed);

    internal bool Were(TimeSpan from, TimeSpan until)
    {
        foreach (var commit in _commits)
        {
            if (!commit.IsGood && commit.From <= until && commit.Until + Aftermath >= from)
                return true;
        }
        return false;
    }
}
