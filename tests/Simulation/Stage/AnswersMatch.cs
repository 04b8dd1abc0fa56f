using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>An answer reaches who asked, once, and no other question of his.</summary>
internal sealed class AnswersMatch : Invariant
{
    private readonly Dictionary<(Process Process, long Letter), Cell?> _asked = [];

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case StageObservation.Sent { Letter: { ReplyTo: not null } letter }:
                _asked[(letter.Process, letter.Number)] = letter.From;
                break;
            case StageObservation.Answered answered when answered.Asked != answered.Answer.Letter:
                Fail($"the ask with letter {answered.Asked} got the answer to letter {answered.Answer.Letter}");
                break;
            case Observation.Began { Message: Cue.Heard heard, Cell: var cell }:
                if (!_asked.Remove((cell.Process, heard.Answer.Letter), out var asker) || asker != cell)
                    Fail($"{cell} hears the answer to letter {heard.Answer.Letter}, which it did not ask, or heard before");
                break;
            case Observation.Gone { Process: var process }:
                foreach (var key in _asked.Keys.Where(key => key.Process == process).ToArray())
                    _asked.Remove(key);
                break;
        }
    }
}
