using Oddswire.Benchmarks.Measuring;
using Oddswire.Runtime;

namespace Oddswire.Benchmarks.Runtime;

/// <summary>One actor tells 10,000 others, one sweep after the other.</summary>
internal sealed class FanOut : Contestant
{
    private const int Receivers = 10_000;
    private const int Sweeps = 50;

    private readonly ActorRef<Token> _teller;

    internal FanOut(ActorSystem system) : base(Receivers * Sweeps)
    {
        var receivers = new ActorRef<Token>[Receivers];
        for (var i = 0; i < Receivers; i++)
            receivers[i] = system.Spawn(Props.Of(() => new Receiver(this)), $"receiver-{i}");
        _teller = system.Spawn(Props.Of(() => new Teller(receivers)), "teller");
    }

    protected override int Parties => Receivers;

    protected override void Begin() => _teller.Tell(Token.Shared);

    private sealed class Teller(ActorRef<Token>[] receivers) : Actor<Token>
    {
        private Countdown _left = new(Sweeps);

        protected override ValueTask Receive(Token message)
        {
            foreach (var receiver in receivers)
                receiver.Tell(message);
            if (!_left.Ended())
                Self.Tell(message);
            return default;
        }
    }

    private sealed class Receiver(Contestant contest) : Actor<Token>
    {
        private Countdown _left = new(Sweeps);

        protected override ValueTask Receive(Token message)
        {
            if (_left.Ended())
                contest.Finished();
            return default;
        }
    }
}
