using System.Collections.Immutable;
using System.Text;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Feeds;

namespace Oddswire.Simulation.Planted;

/// <summary>A conversation that hands everything on: for defects that change one thing.</summary>
internal abstract class OtherConversation(IConversation inner) : IConversation
{
    public TimeSpan TickEvery => inner.TickEvery;
    public void Opened(IReadOnlyCollection<Interest> wanted, Talk talk) => inner.Opened(wanted, talk);
    public virtual void Heard(ReadOnlyMemory<byte> frame, Talk talk) => inner.Heard(frame, talk);
    public void Tick(Talk talk) => inner.Tick(talk);
    public void Want(InterestChange change, Talk talk) => inner.Want(change, talk);
    public bool IsOver(int? code, string reason) => inner.IsOver(code, reason);
    public bool IsRefusal(int? code, string reason) => inner.IsRefusal(code, reason);
}

/// <summary>Hashes are not looked at, and one change in twenty is lost: books are given away that nobody has checked.</summary>
internal sealed class HashesIgnored : Plant
{
    internal override IConversation Conversation(IConversation conversation) => new Blind(conversation);

    private sealed class Blind(IConversation inner) : OtherConversation(inner)
    {
        private int _changes;

        public override void Heard(ReadOnlyMemory<byte> frame, Talk talk)
        {
            var text = Encoding.UTF8.GetString(frame.Span);
            if (!text.Contains("\"price_changes\"", StringComparison.Ordinal) || ++_changes % 20 != 0)
                base.Heard(Encoding.UTF8.GetBytes(text.Replace("\"hash\"", "\"hush\"", StringComparison.Ordinal)), talk);
        }
    }
}

/// <summary>A connection that is not the first one of its feed forgets what it should ask for: its books are as old as REST's last answer.</summary>
internal sealed class SubscribeForgotten : Plant
{
    internal override IUpstream Upstream(IUpstream upstream) => new Forgetful(upstream);

    private sealed class Forgetful(IUpstream upstream) : IUpstream
    {
        private bool _isFirst = true;

        public async ValueTask<IUpstreamSocket> Dial(UpstreamAddress address, CancellationToken cancel)
        {
            var socket = await upstream.Dial(address, cancel);
            (var wasFirst, _isFirst) = (_isFirst, false);
            return wasFirst ? socket : new WithoutSubscribe(socket);
        }
    }

    private sealed class WithoutSubscribe(IUpstreamSocket socket) : IUpstreamSocket
    {
        public ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> Receive(CancellationToken cancel) => socket.Receive(cancel);

        public void Send(ReadOnlyMemory<byte> text)
        {
            if (text.Span.IndexOf("\"subscribe\""u8) < 0)
                socket.Send(text);
        }

        public ValueTask DisposeAsync() => socket.DisposeAsync();
    }
}

/// <summary>Who hangs up stays on the line: the venue goes on telling the old connection.</summary>
internal sealed class HangUpForgotten : Plant
{
    internal override IUpstream Upstream(IUpstream upstream) => new Lingering(upstream);

    private sealed class Lingering(IUpstream upstream) : IUpstream
    {
        public async ValueTask<IUpstreamSocket> Dial(UpstreamAddress address, CancellationToken cancel) => new Left(await upstream.Dial(address, cancel));
    }

    private sealed class Left(IUpstreamSocket socket) : IUpstreamSocket
    {
        public ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> Receive(CancellationToken cancel) => socket.Receive(cancel);
        public void Send(ReadOnlyMemory<byte> text) => socket.Send(text);
        public ValueTask DisposeAsync() => default;
    }
}

/// <summary>A socket on which frames of one kind get lost when they match.</summary>
internal abstract class FramesLost(string kind) : Plant
{
    /// <param name="unread">What the client has left unread.</param>
    private protected virtual bool Loses(long unread) => true;

    internal override IClientConnection Link(IClientConnection link) => new Leaky(link, this, Encoding.ASCII.GetBytes($"\"event_type\":\"{kind}\""));

    private sealed class Leaky(IClientConnection link, FramesLost defect, byte[] mark) : IClientConnection
    {
        private long _unread;

        public void Text(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail)
        {
            if (head.IndexOf(mark) < 0 || !defect.Loses(_unread))
                link.Text(head, body, tail);
        }

        public long Flush() => _unread = link.Flush();
        public void Ping() => link.Ping();
        public void Close(int code, string reason) => link.Close(code, reason);
        public void Abort() => link.Abort();
    }
}

/// <summary>A client that is slow is spared trades too.</summary>
internal sealed class TradesConflated() : FramesLost("last_trade_price")
{
    private protected override bool Loses(long unread) => unread > 8 << 10;
}

/// <summary>That a book is whole again is told to nobody.</summary>
internal sealed class ResyncUntold() : FramesLost("gateway.resync");
