using Oddswire.Benchmarks.Measuring;
using Oddswire.Runtime;

namespace Oddswire.Benchmarks.Runtime;

/// <summary>A handler that truly awaits at every message.</summary>
internal static class Awaiting
{
    private const int Messages = 50_000;

    internal sealed class OfActors : Contestant
    {
        private readonly ActorRef<Token> _actor;

        internal OfActors(ActorSystem system) : base(Messages) =>
            _actor = system.Spawn(Props.Of(() => new Yielding(this)), "yielding");

        protected override void Begin()
        {
            for (var i = 0; i < Messages; i++)
                _actor.Tell(Token.Shared);
        }

        private sealed class Yielding(Contestant contest) : Actor<Token>
        {
            private Countdown _round = new(Messages);

            protected override async ValueTask Receive(Token message)
            {
                await Task.Yield();
                if (_round.Ended())
                    contest.Finished();
            }
        }
    }

    internal sealed class OfChannels : Contestant
    {
        private readonly Yielding _actor;

        internal OfChannels() : base(Messages) => _actor = new Yielding(this);

        protected override void Begin()
        {
            for (var i = 0; i < Messages; i++)
                _actor.Tell(Token.Shared);
        }

        private sealed class Yielding(Contestant contest) : ChannelActor<Token>
        {
            private Countdown _round = new(Messages);

            protected override async ValueTask Receive(Token message)
            {
                await Task.Yield();
                if (_round.Ended())
                    contest.Finished();
            }
        }
    }
}
