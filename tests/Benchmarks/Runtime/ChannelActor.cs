using System.Threading.Channels;

namespace Oddswire.Benchmarks.Runtime;

/// <summary>
/// The yardstick: what a good engineer writes in ten minutes instead of an actor runtime. It has no supervision, no signals, no stop.
/// Synchronous continuations stay off: with them a receiver runs on its sender's stack, which is no actor.
/// </summary>
internal abstract class ChannelActor<TMessage>
{
    private readonly Channel<TMessage> _mailbox;

    protected ChannelActor(int capacity = 0)
    {
        _mailbox = capacity == 0
            ? Channel.CreateUnbounded<TMessage>(new UnboundedChannelOptions { SingleReader = true })
            : Channel.CreateBounded<TMessage>(new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
        _ = Loop();
    }

    internal void Tell(TMessage message) => _mailbox.Writer.TryWrite(message);

    protected abstract ValueTask Receive(TMessage message);

    private async Task Loop()
    {
        var reader = _mailbox.Reader;
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var message))
            {
                var receive = Receive(message);
                if (!receive.IsCompletedSuccessfully)
                    await receive;
            }
        }
    }
}
