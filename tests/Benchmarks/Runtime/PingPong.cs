using Oddswire.Benchmarks.Measuring;
using Oddswire.Runtime;

namespace Oddswire.Benchmarks.Runtime;

/// <summary>Pairs that answer each other: one message in flight per pair, so that each message is a wake-up.</summary>
internal static class PingPong
{
    private const int Messages = 200_000;

    internal static (Contestant Actors, Contestant Channels) Of(ActorSystem system, int pairs) => (new OfActors(system, pairs), new OfChannels(pairs));

    private sealed class OfActors : Contestant
    {
        private readonly Pong[] _pongs;

        internal OfActors(ActorSystem system, int pairs) : base(Messages)
        {
            _pongs = new Pong[pairs];
            for (var i = 0; i < pairs; i++)
            {
                var pong = _pongs[i] = new Pong();
                pong.Address = system.Spawn(Props.Of(() => pong), $"pong-{i}-of-{pairs}");
                pong.Ping = system.Spawn(Props.Of(() => new Ping(this, pong.Address, Messages / pairs / 2)), $"ping-{i}-of-{pairs}");
            }
        }

        protected override int Parties => _pongs.Length;

        protected override void Begin()
        {
            foreach (var pong in _pongs)
                pong.Address!.Tell(Token.Shared);
        }

        private sealed class Ping(Contestant contest, ActorRef<Token> pong, int rounds) : Actor<Token>
        {
            private Countdown _left = new(rounds);

            protected override ValueTask Receive(Token message)
            {
                if (_left.Ended())
                    contest.Finished();
                else
                    pong.Tell(message);
                return default;
            }
        }

        private sealed class Pong : Actor<Token>
        {
            internal ActorRef<Token>? Address;
            internal ActorRef<Token>? Ping;

            protected override ValueTask Receive(Token message)
            {
                Ping!.Tell(message);
                return default;
            }
        }
    }

    private sealed class OfChannels : Contestant
    {
        private readonly Pong[] _pongs;

        internal OfChannels(int pairs) : base(Messages)
        {
            _pongs = new Pong[pairs];
            for (var i = 0; i < pairs; i++)
            {
                var pong = _pongs[i] = new Pong();
                pong.Ping = new Ping(this, pong, Messages / pairs / 2);
            }
        }

        protected override int Parties => _pongs.Length;

        protected override void Begin()
        {
            foreach (var pong in _pongs)
                pong.Tell(Token.Shared);
        }

        private sealed class Ping(Contestant contest, Pong pong, int rounds) : ChannelActor<Token>
        {
            private Countdown _left = new(rounds);

            protected override ValueTask Receive(Token message)
            {
                if (_left.Ended())
                    contest.Finished();
                else
                    pong.Tell(message);
                return default;
            }
        }

        private sealed class Pong : ChannelActor<Token>
        {
            internal Ping? Ping;

            protected override ValueTask Receive(Token message)
            {
                Ping!.Tell(message);
                return default;
            }
        }
    }
}
