using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Store;

/// <summary>
/// When the tape could not be written: from a commit that failed, or took as long as makes a gateway lose its patience, to the next one
/// that succeeds. Meanwhile the gateway may send fills that are not durable yet, without a position.
/// </summary>
internal sealed class Troubles(World world)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.9);

    private readonly List<Commit> _troubled = [];
    private Commit? _newest;

    /// <summary>One commit; when it has failed, the time until the store takes one again.</summary>
    internal sealed class Commit(Troubles troubles, World world, Process process)
    {
        private TimeSpan? _over;

        internal Process Process => process;
        internal TimeSpan From { get; } = world.Clock.Elapsed;
        internal bool IsOpen => _over is null;
        internal TimeSpan Until => _over ?? process.EndedAt ?? world.Clock.Elapsed;

        internal void End(bool failed)
        {
            if (failed)
                troubles.Failed(this);
            else
                troubles.Succeeded(this);
        }

        internal void Over() => _over ??= world.Clock.Elapsed;
    }

    internal Commit Begin(Process process)
    {
        if (_newest is { IsOpen: true } died)
            _troubled.Add(died);
        return _newest = new Commit(this, world, process);
    }

    /// <summary>There was trouble at some time in between.</summary>
    internal bool Were(TimeSpan from, TimeSpan until) =>
        _troubled.Exists(commit => commit.From <= until && commit.Until >= from)
        || (_newest is { } newest && newest.Until - newest.From >= Patience && newest.From <= until && newest.Until >= from);

    private void Failed(Commit commit) => _troubled.Add(commit);

    private void Succeeded(Commit commit)
    {
        commit.Over();
        if (commit.Until - commit.From >= Patience)
            _troubled.Add(commit);
        foreach (var earlier in _troubled)
        {
            if (earlier.Process == commit.Process)
                earlier.Over();
        }
    }
}
