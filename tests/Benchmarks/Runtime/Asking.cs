using Oddswire.Benchmarks.Measuring;
using Oddswire.Runtime;

namespace Oddswire.Benchmarks.Runtime;

/// <summary>Many askers, each with one question at a time and a timeout on it. Here the message is the asker's own and is counted.</summary>
internal static class Asking
{
    private const int Askers = 50;
    private const int Each = 400;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private sealed record Question(ActorRef<Token> ReplyTo);

    internal sealed class OfActors : Contestant
    {
        private readonly ActorSystem _system;
        private readonly ActorRef<Question> _actor;

        internal OfActors(ActorSystem system) : base(Askers * Each) =>
            (_system, _actor) = (system, system.Spawn(Props.Of(() => new Answering()), "answering"));

        protected override int Parties => Askers;

        protected override void Begin()
        {
            for (var i = 0; i < Askers; i++)
                _ = Ask();
        }

        private async Task Ask()
        {
            for (var i = 0; i < Each; i++)
                await _system.Ask(_actor, static (ActorRef<Token> to) => new Question(to), Timeout);
            Finished();
        }

        private sealed class Answering : Actor<Question>
        {
            protected override ValueTask Receive(Question message)
            {
                message.ReplyTo.Tell(Token.Shared);
                return default;
            }
        }
    }

    internal sealed class OfChannels : Contestant
    {
        private readonly Answering _actor = new();

        internal OfChannels() : base(Askers * Each)
        {
        }

        protected override int Parties => Askers;

        protected override void Begin()
        {
            for (var i = 0; i < Askers; i++)
                _ = Ask();
        }

        private async Task Ask()
        {
            for (var i = 0; i < Each; i++)
            {
                var answer = new TaskCompletionSource<Token>(TaskCreationOptions.RunContinuationsAsynchronously);
                _actor.Tell(answer);
                await answer.Task.WaitAsync(Timeout, TimeProvider.System);
            }
            Finished();
        }

        private sealed class Answering : ChannelActor<TaskCompletionSource<Token>>
        {
            protected override ValueTask Receive(TaskCompletionSource<Token> message)
            {
                message.SetResult(Token.Shared);
                return default;
            }
        }
    }
}
