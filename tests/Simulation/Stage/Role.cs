using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>What kind of player: its mailbox, its stash and how readily it puts something there, how it treats its children. Drawn once, the same for every instance of the cell.</summary>
internal sealed record Role(Troupe Troupe, int Depth, double Hoards, SupervisorStrategy Strategy, Props<Cue> Props)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    internal static Role Draw(Troupe troupe, int depth)
    {
        var random = troupe.Random;
        var mailbox = random.Next(6) switch
        {
            0 => Mailbox.Bounded(1 + random.Next(4), Overflow.DropNewest),
            1 => Mailbox.Bounded(1 + random.Next(4), Overflow.DropOldest),
            2 => Mailbox.Bounded(1 + random.Next(4), Overflow.Fail),
            _ => Mailbox.Unbounded,
        };
        var role = new Role(troupe, depth, random.Chance(0.3) ? 0.5 : 0.05, DrawStrategy(random), null!);
        return role with
        {
            Props = Runtime.Props.Of<Cue>(() => troupe.Process.World.Plant.Player(role)) with
            {
                Mailbox = mailbox,
                StashCapacity = random.Chance(0.3) ? 1 + random.Next(3) : 1_000,
                Throughput = 1 + random.Next(8),
            },
        };
    }

    private static SupervisorStrategy DrawStrategy(Random random)
    {
        // What is below the top may give up; the top itself restarts for ever, or the process would end.
        var limit = random.Next(3) switch
        {
            0 => RestartLimit.Unlimited with { Within = Within },
            1 => new RestartLimit(2, Within, Directive.Stop),
            _ => new RestartLimit(2, Within, Directive.Escalate),
        };
        var directive = random.Next(8) switch
        {
            0 => Directive.Resume,
            1 => Directive.Stop,
            2 => Directive.Escalate,
            _ => Directive.Restart,
        };
        var backoff = new Backoff(TimeSpan.FromSeconds(random.LogUniform(0.001, 0.5)), TimeSpan.FromSeconds(3), random.Chance(0.5) ? Jitter.Full : Jitter.Of(0.2));
        return new SupervisorStrategy(random.Chance(0.3) ? Scope.AllForOne : Scope.OneForOne,
            _ => directive, limit, random.Chance(0.3) ? Backoff.None : backoff);
    }
}
