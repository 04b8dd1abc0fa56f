using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>
/// An actor that does, at random, everything that the runtime lets an actor do. What it does it tells the world first,
/// so that invariants know what has to follow.
/// </summary>
internal class Player(Role role) : Actor<Cue>
{
    private static readonly string[] Keys = ["a", "b", "c"];

    private readonly Troupe _troupe = role.Troupe;
    private readonly Random _random = role.Troupe.Random;
    private readonly List<ActorRef<Cue>> _children = [];
    private readonly List<(ActorRef Who, int Watch)> _watches = [];
    private Cell? _cell;

    private Cell Tap => _cell ??= _troupe.Process.CellOf(Self);
    private bool Healed => _troupe.Process.World.Healed;

    protected internal override SupervisorStrategy Supervision => role.Strategy;

    protected internal sealed override ValueTask PreStart() => Tap.Run(Hook.PreStart, null, () =>
    {
        _troupe.Enter(Self);
        Timers.Every("pulse", new Cue.Pulse(), _random.Seconds(1, 10));
        return Stumble();
    });

    protected internal sealed override ValueTask Receive(Cue message) => Tap.Run(Hook.Receive, message, () => Handle(message));

    protected internal sealed override ValueTask TurnEnded() => Tap.Run(Hook.TurnEnded, null, Stumble);

    protected internal sealed override ValueTask PreRestart(Exception cause) => Tap.Run(Hook.PreRestart, null, Stumble);

    protected internal sealed override ValueTask PostStop() => Tap.Run(Hook.PostStop, null, () =>
    {
        _troupe.Leave(Self);
        return Stumble();
    });

    private ValueTask Handle(Cue message)
    {
        switch (message)
        {
            case Cue.Letter letter when !Healed && _random.Chance(role.Hoards):
                StashIt(letter);
                return default;
            case Cue.Letter letter:
                letter.ReplyTo?.Tell(new Answer(letter.Number));
                return Act();
            case Cue.Pulse when !Healed && _random.Chance(0.7):
                SendSome(3);
                return default;
            case Cue.Pulse:
                Unstash();
                return default;
            default:
                return Act();
        }
    }

    private ValueTask Act()
    {
        if (Healed)
            return default;
        switch (_random.Next(24))
        {
            case < 8:
                SendSome(2);
                break;
            case 8:
                SetTimer();
                break;
            case 9:
                ClearTimer();
                break;
            case 10:
                SpawnOne();
                break;
            case 11:
                WatchOne();
                break;
            case 12:
                UnwatchOne();
                break;
            case 13:
                PipeOne();
                break;
            case 14:
                AskOne();
                break;
            case 15:
                Unstash();
                break;
            case 16 when _children.Count > 0 && _random.Chance(0.3):
                StopOne();
                break;
            case 17 when _random.Chance(0.15):
                Observe(new StageObservation.Resigned(Tap));
                StopSelf();
                break;
        }
        return Stumble();
    }

    /// <summary>Mostly nothing; sometimes an await, sometimes a failure before or after it.</summary>
    private ValueTask Stumble()
    {
        if (Healed)
            return default;
        if (Fails())
            throw new PlannedFailureException().In(_troupe.Process);
        return _random.Chance(0.15) ? Linger() : default;
    }

    private async ValueTask Linger()
    {
        if (_random.Chance(0.5))
            await Task.Yield();
        else
            await Task.Delay(TimeSpan.FromMilliseconds(_random.LogUniform(0.5, 500)), System.Time);
        if (Fails())
            throw new PlannedFailureException().In(_troupe.Process);
    }

    private bool Fails() => _random.Chance(_troupe.Process.World.Shape[Fault.PlannedFailure] / 2);

    private void SendSome(int atMost)
    {
        for (var left = _random.Next(atMost + 1); left > 0; left--)
        {
            var to = _troupe.SomeOne();
            to.Tell(_troupe.Write(Tap, to));
        }
    }

    private void StashIt(Cue.Letter letter)
    {
        Stash();    // throws when it is full
        Observe(new StageObservation.Stashed(Tap, letter));
    }

    private void Unstash()
    {
        Observe(new StageObservation.Unstashed(Tap));
        UnstashAll();
    }

    private void SetTimer()
    {
        var tick = new Cue.Rang(_random.Pick(Keys), _troupe.NextNumber());
        var delay = TimeSpan.FromSeconds(_random.LogUniform(0.01, 20));
        var repeats = _random.Chance(0.3);
        Observe(new StageObservation.TimerSet(Tap, tick, delay, repeats ? delay : null));
        Set(tick, delay, repeats ? delay : Timeout.InfiniteTimeSpan);
    }

    protected virtual void Set(Cue.Rang tick, TimeSpan delay, TimeSpan period)
    {
        if (period == Timeout.InfiniteTimeSpan)
            Timers.Once(tick.Key, tick, delay);
        else
            Timers.Every(tick.Key, tick, period);
    }

    private void ClearTimer()
    {
        var key = _random.Pick(Keys);
        Observe(new StageObservation.TimerCancelled(Tap, key));
        Clear(key);
    }

    protected virtual void Clear(string key) => Timers.Cancel(key);

    private void SpawnOne()
    {
        if (role.Depth >= 3 || _troupe.IsFull)
            return;
        try
        {
            var child = Spawn(Role.Draw(_troupe, role.Depth + 1).Props, _random.Pick(Keys));
            Observe(new StageObservation.Spawned(_troupe.Process, Tap, child));
            _children.Add(child);
        }
        catch (InvalidOperationException)
        {
            // the name is in use; or I am stopping
        }
    }

    private void StopOne()
    {
        var child = _random.Pick(_children);
        _children.Remove(child);
        Stop(child);
    }

    private void WatchOne()
    {
        var who = _troupe.SomeOne();
        if (who == Self || _watches.Exists(w => w.Who == who))
            return;
        var watch = _troupe.NextNumber();
        _watches.Add((who, watch));
        Observe(new StageObservation.Watched(Tap, who, watch));
        Watch(who, new Cue.Ended(watch));
    }

    private void UnwatchOne()
    {
        if (_watches.Count == 0)
            return;
        var (who, watch) = _random.Pick(_watches);
        // It stays in the list: the same actor is not watched twice, as the first notice may still come.
        Observe(new StageObservation.Unwatched(Tap, watch));
        Unwatch(who);
    }

    private void PipeOne()
    {
        var letter = _troupe.Write(Tap, Self, ordered: false);
        PipeToSelf(Later(_random.LogUniform(0.5, 3_000), _random.Chance(0.3)), _ => letter, _ => letter);
    }

    private async Task<int> Later(double milliseconds, bool fails)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), System.Time);
        return fails ? throw new PlannedFailureException().In(_troupe.Process) : 0;
    }

    private void AskOne()
    {
        var to = _troupe.SomeOne();
        to.Tell(_troupe.Write(Tap, to, replyTo: Adapt<Answer>(static answer => new Cue.Heard(answer))));
    }

    private void Observe(Observation seen) => _troupe.Process.World.Observe(seen);
}
