using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Oddswire.Host.Downstream.Connections;

/// <summary>
/// Lies between a connection and Kestrel's HTTP. What has become a WebSocket outlives HTTP: as soon as the answer to the upgrade is out HTTP ends, and
/// whoever asked for the socket is given the connection. Without TLS it is taken out of Kestrel, which forgets it; with TLS it stays Kestrel's, without
/// what HTTP had for it.
/// </summary>
/// <remarks>HTTP believes that the connection ends with it. So it may not complete the pipes, and its heartbeat, which would keep it alive, is ours.</remarks>
internal sealed class Handover : IDuplexPipe, IConnectionHeartbeatFeature
{
    private readonly IDuplexPipe _transport;
    private readonly IConnectionHeartbeatFeature? _heart;
    private readonly Beats _beats = new();
    private Func<Line, Task>? _next;

    private Handover(ConnectionContext connection)
    {
        _transport = connection.Transport;
        _heart = connection.Features.Get<IConnectionHeartbeatFeature>();
        _heart?.OnHeartbeat(static state => ((Beats)state).Each?.Invoke(), _beats);
        (Input, Output) = (new KeptReader(_transport.Input), new KeptWriter(_transport.Output));
        connection.Transport = this;
        connection.Features.Set<IConnectionHeartbeatFeature>(this);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    void IConnectionHeartbeatFeature.OnHeartbeat(Action<object> action, object state) => _beats.Each += () => action(state);

    internal static ConnectionDelegate Under(ConnectionDelegate http) => connection => Serve(connection, http);

    /// <summary>Who goes on with the connection when the request has ended.</summary>
    internal static void To(Func<Line, Task> next, HttpContext http) =>
        ((Handover)http.Features.GetRequiredFeature<IConnectionHeartbeatFeature>())._next = next;

    private static async Task Serve(ConnectionContext connection, ConnectionDelegate http)
    {
        if (await ServeHttp(connection, http) is not { } next)
            return;
        if (connection is SocketConnection plain && connection.Features.Get<ITlsConnectionFeature>() is null)
            Go(plain.Take(), next);
        else
            await next(new TlsLine(connection));
    }

    /// <summary>Nobody here waits for its end, and nothing that belongs to its connection goes with it.</summary>
    private static void Go(Line line, Func<Line, Task> next)
    {
        using (ExecutionContext.SuppressFlow())
            _ = next(line);
    }

    // Apart, so that nothing of it is held by what waits for the socket's end.
    private static async Task<Func<Line, Task>?> ServeHttp(ConnectionContext connection, ConnectionDelegate http)
    {
        var handover = new Handover(connection);
        await http(connection);
        connection.Transport = handover._transport;
        connection.Features.Set(handover._heart);
        handover._beats.Each = null;
        return handover._next;
    }

    /// <summary>All of it that the connection keeps: what was asked to be called at each beat cannot be taken back.</summary>
    private sealed class Beats
    {
        internal Action? Each { get; set; }
    }

    /// <summary>The connection's, which ends with the connection.</summary>
    private sealed class KeptReader(PipeReader reader) : PipeReader
    {
        public override bool TryRead(out ReadResult result) => reader.TryRead(out result);
        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => reader.ReadAsync(cancellationToken);
        public override void AdvanceTo(SequencePosition consumed) => reader.AdvanceTo(consumed);
        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => reader.AdvanceTo(consumed, examined);
        public override void CancelPendingRead() => reader.CancelPendingRead();

        public override void Complete(Exception? exception = null)
        {
            // Not HTTP's to say.
        }
    }

    private sealed class KeptWriter(PipeWriter writer) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => writer.CanGetUnflushedBytes;
        public override long UnflushedBytes => writer.UnflushedBytes;
        public override Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);
        public override Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);
        public override void Advance(int bytes) => writer.Advance(bytes);
        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => writer.FlushAsync(cancellationToken);
        public override void CancelPendingFlush() => writer.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            // Not HTTP's to say.
        }
    }
}
