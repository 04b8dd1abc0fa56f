using Oddswire.Runtime;
using Oddswire.Runtime.Patterns;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>A troupe on every node: the runtime's own promises, at work on each of them.</summary>
internal sealed class StageWorkload(World world) : Workload
{
    internal override IEnumerable<Invariant> Invariants =>
    [
        new SenderOrder(), new LettersOnce(), new StashOrder(), new TimersRing(), new WatchersAreTold(), new AnswersMatch(),
        new YoungestStopsFirst(), new NamesAreFree(),
    ];

    public override string ToString() => $"{world.Shape.Players} players a node";

    internal override void Boot(Process process)
    {
        var troupe = new Troupe(process);
        troupe.Tend();
        process.Every(troupe.Random.Seconds(3, 8), troupe.Tend);
    }

    internal override bool Expects(Process process, DeadLetter letter) => !world.IsSettled && letter.Message switch
    {
        Cue => letter.Reason is "stopped" or "killed" or "failed" or "mailbox full",
        Answer => letter.Reason is "late reply",
        _ => false,
    };
}
