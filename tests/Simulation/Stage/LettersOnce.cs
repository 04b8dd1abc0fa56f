using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>Each letter is handled once, or becomes a dead letter once, or is still waiting; in the end none waits.</summary>
internal sealed class LettersOnce : Invariant
{
    private readonly HashSet<Cue.Letter> _waiting = [];
    private readonly HashSet<Cue.Letter> _stashed = [];

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case StageObservation.Sent { Letter: var letter }:
                _waiting.Add(letter);
                break;
            case StageObservation.Stashed { Letter: var letter }:
                _stashed.Add(letter);
                break;
            case Observation.Began { Message: Cue.Letter letter } began when !_waiting.Contains(letter):
                Fail($"{began.Cell} gets {letter}, which is over and done with");
                break;
            // A failed one is over when it has become a dead letter.
            case Observation.Ended { Message: Cue.Letter letter, Error: null } when !_stashed.Remove(letter):
                _waiting.Remove(letter);
                break;
            case Observation.Dead { Letter: { Message: Cue.Letter letter } dead } when !_waiting.Remove(letter):
                Fail($"{letter} becomes a dead letter ({dead.Reason}) although it is over and done with");
                break;
            case Observation.Gone { Process: var process }:
                _waiting.RemoveWhere(letter => letter.Process == process);
                break;
        }
    }

    internal override void Check()
    {
        foreach (var letter in _waiting)
            Fail($"{letter} to {letter.Process}{letter.To} was neither handled nor a dead letter");
    }
}
