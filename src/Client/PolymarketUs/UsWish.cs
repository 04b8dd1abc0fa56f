using System.Threading.Channels;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Client.PolymarketUs;

/// <summary>One request of the program, over any number of connections, and the messages that came for it.</summary>
internal abstract class UsWish(UsCommand.Subscribe request)
{
    public UsCommand.Subscribe Request => request;

    /// <summary>Waits for its reader when that one is behind.</summary>
    public abstract ValueTask Take(UsFrame frame, CancellationToken cancel);

    public abstract void End(Exception? reason);
}

internal sealed class UsWish<T>(UsCommand.Subscribe request, int buffer, Func<UsFrame, (bool Is, T Message)> read) : UsWish(request)
{
    private readonly Channel<T> _messages = Channel.CreateBounded<T>(new BoundedChannelOptions(buffer) { SingleReader = true });

    public ChannelReader<T> Messages => _messages.Reader;

    public override async ValueTask Take(UsFrame frame, CancellationToken cancel)
    {
        if (read(frame) is not (true, var message)) return;
        // A reader that leaves meanwhile ends the wait.
        while (await _messages.Writer.WaitToWriteAsync(cancel))
            if (_messages.Writer.TryWrite(message)) return;
    }

    public override void End(Exception? reason) => _messages.Writer.TryComplete(reason);
}
