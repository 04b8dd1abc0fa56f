namespace Oddswire.Simulation.Worlds;

/// <summary>What happens to whole machines and to the database. A blow falls some steps after it was drawn: also in the middle of work.</summary>
internal sealed class Disturbances(World world)
{
    private static readonly Fault[] Kinds =
        [Fault.Crash, Fault.Pause, Fault.Suspend, Fault.Stop, Fault.WallJump, Fault.DatabaseJump, Fault.Outage];

    private readonly Random _random = world.Seed.For("disturbances");
    private Action? _blow;
    private int _stepsLeft;

    internal void Begin()
    {
        foreach (var kind in Kinds)
        {
            if (world.Shape[kind] > 0)
                Schedule(kind);
        }
    }

    private void Schedule(Fault kind)
    {
        var perSecond = world.Shape[kind] * world.Nodes.Length / 60;
        world.After(TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / perSecond), () =>
        {
            if (world.Healed)
                return;
            _blow ??= Draw(kind);
            _stepsLeft = _random.Next(60);
            Schedule(kind);
        });
    }

    internal void StepTaken()
    {
        if (_blow is not null && --_stepsLeft <= 0)
            StrikeNow();
    }

    internal bool StrikeNow()
    {
        if (_blow is not { } blow)
            return false;
        _blow = null;
        blow();
        return true;
    }

    internal void Heal()
    {
        _blow = null;
        foreach (var process in world.Processes)
            process.Connection.Down = false;
    }

    private Action Draw(Fault kind) => () =>
    {
        if (kind == Fault.DatabaseJump)
        {
            var jump = _random.Seconds(-10, 15);
            Say($"the database's clock jumps by {jump.TotalSeconds:0.0} s");
            world.Database.Jump(jump);
            return;
        }
        var up = world.Processes.Where(process => !process.Paused).ToArray();
        if (up.Length > 0)
            Strike(kind, _random.Pick(up));
    };

    private void Strike(Fault kind, Process process)
    {
        var length = _random.Seconds(1, world.Shape.LongestStandstill);
        switch (kind)
        {
            case Fault.Crash:
                Say($"{process} crashes");
                process.End(inGoodOrder: false);
                break;
            case Fault.Pause or Fault.Suspend:
                Say($"{process} stands still for {length.TotalSeconds:0.0} s{(kind == Fault.Suspend ? ", and its clock with it" : "")}");
                process.Pause(clockStands: kind == Fault.Suspend);
                world.After(length, () =>
                {
                    if (process is { Alive: true, Paused: true })
                        process.Resume();
                });
                break;
            case Fault.Stop when !process.Stopping:
                Say($"{process} is told to stop");
                process.Stop(_random.Seconds(0.5, 8));
                // Who hangs in stopping is killed from outside in the end.
                world.After(TimeSpan.FromSeconds(90), () => process.End(inGoodOrder: false));
                break;
            case Fault.WallJump:
                Say($"the wall clock of {process} jumps");
                process.Clock.WallOffset += _random.Seconds(-world.Shape.LongestJump, world.Shape.LongestJump);
                break;
            case Fault.Outage:
                length = _random.Seconds(1, world.Shape.LongestOutage);
                Say($"{process} loses the database for {length.TotalSeconds:0.0} s");
                process.Connection.Down = true;
                world.After(length, () => process.Connection.Down = false);
                break;
        }
    }

    private void Say(string what) => world.Observe(new Observation.Disturbed(what));
}
