using System.Collections.Immutable;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;

namespace Oddswire.Simulation.Planted;

/// <summary>A tape that hands everything on: for defects that change one thing.</summary>
internal abstract class OtherTape(ITape tape) : ITape
{
    public virtual ValueTask<TapeHead> Open() => tape.Open();
    public virtual ValueTask<long> Commit(TapeCommit commit) => tape.Commit(commit);
    public virtual ValueTask<TapePage> Read(long after, OrderFilter filter, int most) => tape.Read(after, filter, most);
    public ValueTask<ImmutableArray<TapeEntry>> At(ImmutableArray<long> offsets) => tape.At(offsets);
    public ValueTask<ImmutableArray<TapeEntry>> Newest(int most) => tape.Newest(most);
    public ValueTask<OrderPage> Query(OrderQuery query) => tape.Query(query);
}

/// <summary>A store that says yes before it has written: what follows from it is published before it is durable.</summary>
internal sealed class PublishedBeforeCommit : Plant
{
    internal override ITape Tape(ITape tape) => new Hasty(tape);

    private sealed class Hasty(ITape tape) : OtherTape(tape)
    {
        private Task _before = Task.CompletedTask;

        public override ValueTask<long> Commit(TapeCommit commit)
        {
            _before = After(_before, commit);
            return new(1);
        }

        private async Task After(Task before, TapeCommit commit)
        {
            await before;
            try
            {
                await base.Commit(commit);
            }
            catch (TapeUnavailableException)
            {
                // nobody hears
            }
        }
    }
}

/// <summary>A resume that leaves out the first fill that was missed.</summary>
internal sealed class ResumeOffByOne : Plant
{
    internal override ITape Tape(ITape tape) => new Skipping(tape);

    private sealed class Skipping(ITape tape) : OtherTape(tape)
    {
        public override ValueTask<TapePage> Read(long after, OrderFilter filter, int most) => base.Read(after + 1, filter, most);
    }
}

/// <summary>A gateway that starts without knowing how far its tape was swept: it neither goes back nor says so.</summary>
internal sealed class SweepForgotten : Plant
{
    internal override ITape Tape(ITape tape) => new Forgetful(tape);

    private sealed class Forgetful(ITape tape) : OtherTape(tape)
    {
        public override async ValueTask<TapeHead> Open() => await base.Open() with { SweptBlock = null, SweptTime = null };
    }
}

/// <summary>What a source repeats on another topic counts as told by somebody else: each row becomes two.</summary>
internal sealed class RowsCountedTwice : Plant
{
    internal override IConversation Conversation(IConversation conversation) => new Doubling(conversation);

    private sealed class Doubling(IConversation inner) : IConversation
    {
        public TimeSpan TickEvery => inner.TickEvery;
        public void Opened(IReadOnlyCollection<Interest> wanted, Talk talk) => inner.Opened(wanted, talk);
        public void Tick(Talk talk) => inner.Tick(talk);

        public void Heard(ReadOnlyMemory<byte> frame, Talk talk)
        {
            inner.Heard(frame, talk);
            inner.Heard(frame, talk);
        }
    }
}

/// <summary>A connection that comes back and does not subscribe again.</summary>
internal sealed class ResubscribeForgotten : Plant
{
    internal override IUpstream Upstream(IUpstream upstream) => new Silent(upstream);

    private sealed class Silent(IUpstream upstream) : IUpstream
    {
        private readonly HashSet<Uri> _known = [];

        public async ValueTask<IUpstreamSocket> Dial(UpstreamAddress address, CancellationToken cancel)
        {
            var socket = await upstream.Dial(address, cancel);
            return _known.Add(address.Url) ? socket : new WithoutFirst(socket);
        }
    }

    private sealed class WithoutFirst(IUpstreamSocket socket) : IUpstreamSocket
    {
        private bool _sent;

        public ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> Receive(CancellationToken cancel) => socket.Receive(cancel);

        public void Send(ReadOnlyMemory<byte> text)
        {
            if (_sent)
                socket.Send(text);
            _sent = true;
        }

        public ValueTask DisposeAsync() => socket.DisposeAsync();
    }
}

/// <summary>A socket that says it is empty, whatever the client has left unread.</summary>
internal sealed class OutboxNotCounted : Plant
{
    internal override IClientConnection Link(IClientConnection link) => new Bottomless(link);

    private sealed class Bottomless(IClientConnection link) : IClientConnection
    {
        public void Text(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail) => link.Text(head, body, tail);

        public long Flush()
        {
            link.Flush();
            return 0;
        }

        public void Ping() => link.Ping();
        public void Close(int code, string reason) => link.Close(code, reason);
        public void Abort() => link.Abort();
    }
}

/// <summary>One frame in a hundred gets lost on its way into the socket.</summary>
internal sealed class FrameLost : Plant
{
    internal override IClientConnection Link(IClientConnection link) => new Leaky(link);

    private sealed class Leaky(IClientConnection link) : IClientConnection
    {
        private int _frames;

        public void Text(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail)
        {
            if (++_frames % 100 != 0)
                link.Text(head, body, tail);
        }

        public long Flush() => link.Flush();
        public void Ping() => link.Ping();
        public void Close(int code, string reason) => link.Close(code, reason);
        public void Abort() => link.Abort();
    }
}
