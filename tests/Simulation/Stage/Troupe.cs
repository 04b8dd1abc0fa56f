using Oddswire.Runtime;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>The players of one process: who is there, and what they write to each other.</summary>
internal sealed class Troupe(Process process)
{
    private const int Full = 24;

    private readonly List<ActorRef<Cue>> _living = [];
    private readonly Queue<ActorRef<Cue>> _gone = [];
    private int _numbers;
    private int _tops;

    internal Process Process { get; } = process;
    internal Random Random { get; } = process.World.Seed.For($"{process} troupe");

    internal bool IsFull => _living.Count >= Full;

    internal int NextNumber() => ++_numbers;

    internal void Enter(ActorRef<Cue> player)
    {
        if (!_living.Contains(player))
            _living.Add(player);
    }

    internal void Leave(ActorRef<Cue> player)
    {
        _living.Remove(player);
        _gone.Enqueue(player);
        if (_gone.Count > 8)
            _gone.Dequeue();
    }

    /// <summary>Mostly somebody who is there.</summary>
    internal ActorRef<Cue> SomeOne() =>
        _gone.Count > 0 && (_living.Count == 0 || Random.Chance(0.03)) ? _gone.ElementAt(Random.Next(_gone.Count)) : Random.Pick(_living);

    internal Cue.Letter Write(Cell? from, ActorRef to, bool ordered = true, ActorRef<Answer>? replyTo = null)
    {
        var letter = new Cue.Letter(Process, from, to, NextNumber(), ordered) { ReplyTo = replyTo };
        Process.World.Observe(new StageObservation.Sent(letter));
        return letter;
    }

    /// <summary>From outside: sees to it that there are always some, and asks one of them something.</summary>
    internal void Tend()
    {
        if (Process.Stopping || Process.World.Healed)
            return;
        while (_living.Count < Process.World.Shape.Players && _tops < 10_000)
        {
            var player = Process.System.Spawn(Role.Draw(this, 1).Props, $"p{++_tops}");
            Process.World.Observe(new StageObservation.Spawned(Process, null, player));
            Enter(player);
        }
        _ = Ask(SomeOne());
    }

    private async Task Ask(ActorRef<Cue> player)
    {
        Cue.Letter? letter = null;
        try
        {
            var answer = await Process.System.Ask<Cue, Answer>(
                player, to => letter = Write(null, player, ordered: false, to), TimeSpan.FromMilliseconds(Random.LogUniform(1, 5_000)));
            Process.World.Observe(new StageObservation.Answered(Process, letter!.Number, answer));
        }
        catch (TimeoutException)
        {
            // it was stopping, lingering or stashing
        }
    }
}
