using Oddswire.Benchmarks.Measuring;
using Oddswire.Runtime;

namespace Oddswire.Benchmarks.Runtime;

/// <summary>
/// Producers tell one consumer in batches; the message to a producer is the credit for one batch, and the consumer gives one back
/// for each it got. So a producer is a few batches ahead at most and a stream is measured, not how fast memory fills up
/// while the consumer is off its core. <see cref="Flood"/> is that other thing.
/// </summary>
internal static class OneWay
{
    private const int Messages = 1_000_000;
    private const int Batch = 1_000;
    private const int Stream = 10;
    private const int Flood = Messages / Batch;

    internal static (Contestant Actors, Contestant Channels) Streaming(ActorSystem system, int producers) =>
        (new OfActors(system, producers, Stream, Mailbox.Unbounded), new OfChannels(producers, Stream, 0));

    internal static (Contestant Actors, Contestant Channels) Flooding(ActorSystem system) =>
        (new OfActors(system, 1, Flood, Mailbox.Unbounded), new OfChannels(1, Flood, 0));

    /// <summary>A bound that is never reached: what it costs to have one.</summary>
    internal static (Contestant Actors, Contestant Channels) Bounded(ActorSystem system) =>
        (new OfActors(system, 1, Stream, Mailbox.Bounded(2 * Stream * Batch, Overflow.DropNewest)), new OfChannels(1, Stream, 2 * Stream * Batch));

    private sealed class OfActors : Contestant
    {
        private readonly ActorRef<Token>[] _producers;
        private readonly int _ahead;

        internal OfActors(ActorSystem system, int producers, int ahead, Mailbox mailbox) : base(Messages)
        {
            _ahead = ahead;
            _producers = new ActorRef<Token>[producers];
            var to = system.Spawn(Props.Of(() => new Consumer(this, _producers)) with { Mailbox = mailbox }, $"consumer-{producers}-{ahead}-{mailbox.Capacity}");
            for (var i = 0; i < producers; i++)
                _producers[i] = system.Spawn(Props.Of(() => new Producer(to, Messages / producers / Batch, ahead)), $"producer-{i}-{producers}-{ahead}-{mailbox.Capacity}");
        }

        protected override void Begin()
        {
            for (var i = 0; i < _ahead; i++)
            {
                foreach (var producer in _producers)
                    producer.Tell(Token.Shared);
            }
        }

        private sealed class Consumer(Contestant contest, ActorRef<Token>[] producers) : Actor<Token>
        {
            private Countdown _round = new(Messages);
            private Countdown _batch = new(Batch * producers.Length);

            protected override ValueTask Receive(Token message)
            {
                if (_batch.Ended())
                {
                    foreach (var producer in producers)
                        producer.Tell(message);
                }
                if (_round.Ended())
                    contest.Finished();
                return default;
            }
        }

        private sealed class Producer(ActorRef<Token> to, int batches, int ahead) : Actor<Token>
        {
            private Countdown _round = new(batches + ahead);      // the last credits of a round are left over
            private int _sent;

            protected override ValueTask Receive(Token message)
            {
                if (_sent++ < batches)
                {
                    for (var i = 0; i < Batch; i++)
                        to.Tell(message);
                }
                if (_round.Ended())
                    _sent = 0;
                return default;
            }
        }
    }

    private sealed class OfChannels : Contestant
    {
        private readonly Producer[] _producers;
        private readonly int _ahead;

        internal OfChannels(int producers, int ahead, int capacity) : base(Messages)
        {
            _ahead = ahead;
            _producers = new Producer[producers];
            var to = new Consumer(this, _producers, capacity);
            for (var i = 0; i < producers; i++)
                _producers[i] = new Producer(to, Messages / producers / Batch, ahead);
        }

        protected override void Begin()
        {
            for (var i = 0; i < _ahead; i++)
            {
                foreach (var producer in _producers)
                    producer.Tell(Token.Shared);
            }
        }

        private sealed class Consumer(Contestant contest, Producer[] producers, int capacity) : ChannelActor<Token>(capacity)
        {
            private Countdown _round = new(Messages);
            private Countdown _batch = new(Batch * producers.Length);

            protected override ValueTask Receive(Token message)
            {
                if (_batch.Ended())
                {
                    foreach (var producer in producers)
                        producer.Tell(message);
                }
                if (_round.Ended())
                    contest.Finished();
                return default;
            }
        }

        private sealed class Producer(Consumer to, int batches, int ahead) : ChannelActor<Token>
        {
            private Countdown _round = new(batches + ahead);
            private int _sent;

            protected override ValueTask Receive(Token message)
            {
                if (_sent++ < batches)
                {
                    for (var i = 0; i < Batch; i++)
                        to.Tell(message);
                }
                if (_round.Ended())
                    _sent = 0;
                return default;
            }
        }
    }
}
