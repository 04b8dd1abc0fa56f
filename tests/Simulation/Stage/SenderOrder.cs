using Oddswire.Runtime;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>From one sender to one receiver letters arrive in the order in which they were told.</summary>
internal sealed class SenderOrder : Invariant
{
    private readonly Dictionary<(Cell From, ActorRef To), long> _last = [];
    private readonly HashSet<Cue.Letter> _stashed = [];

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case StageObservation.Stashed { Letter: var letter }:
                _stashed.Add(letter);       // it arrives once more
                break;
            case Observation.Began { Message: Cue.Letter { Ordered: true, From: { } from } letter } began when !_stashed.Contains(letter):
                if (_last.TryGetValue((from, letter.To), out var last) && letter.Number <= last)
                    Fail($"{letter} reaches {began.Cell} after letter {last}");
                if (letter.To != began.Cell.Self)
                    Fail($"{letter} for {letter.To} reaches {began.Cell}");
                _last[(from, letter.To)] = letter.Number;
                break;
        }
    }
}
