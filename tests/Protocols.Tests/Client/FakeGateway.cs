using System.Text;
using System.Threading.Channels;
using Oddswire.Client;

namespace Oddswire.Protocols.Tests.Client;

/// <summary>The other end of a client, driven by a test line by line. Every wait ends after 5 s at the latest.</summary>
internal sealed class FakeGateway
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Channel<Connection> _accepted = Channel.CreateUnbounded<Connection>();
    private readonly Queue<Exception> _refusals = new();

    public List<Uri> Dialled { get; } = [];

    public void Refuse(Exception reason) => _refusals.Enqueue(reason);

    public ValueTask<IClientSocket> Dial(Uri address, CancellationToken cancel)
    {
        Dialled.Add(address);
        if (_refusals.TryDequeue(out var reason)) throw reason;
        var connection = new Connection();
        _accepted.Writer.TryWrite(connection);
        return ValueTask.FromResult<IClientSocket>(connection);
    }

    public Task<Connection> Accept() => Soon(_accepted.Reader.ReadAsync(TestContext.Current.CancellationToken));

    public static Task<T> Soon<T>(ValueTask<T> awaited) => awaited.AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    public static Task Soon(Task awaited) => awaited.WaitAsync(Patience, TestContext.Current.CancellationToken);

    internal sealed class Connection : IClientSocket
    {
        private readonly Channel<string> _toClient = Channel.CreateUnbounded<string>();
        private readonly Channel<string> _fromClient = Channel.CreateUnbounded<string>();

        public string CloseReason { get; private set; } = "";

        public void Says(string frame) => _toClient.Writer.TryWrite(frame);

        public void Acks(string id) => Says($$"""{"type":"ack","subscription_id":"{{id}}"}""");

        public async Task Hears(string frame) => Assert.Equal(frame, await Soon(_fromClient.Reader.ReadAsync(TestContext.Current.CancellationToken)));

        public void HearsNothing() => Assert.False(_fromClient.Reader.TryRead(out _));

        public void Closes(string reason)
        {
            CloseReason = reason;
            _toClient.Writer.Complete();
        }

        public void Breaks() => _toClient.Writer.Complete(new IOException("broken pipe"));

        public async ValueTask<ReadOnlyMemory<byte>?> Receive(CancellationToken cancel)
        {
            if (!await _toClient.Reader.WaitToReadAsync(cancel)) return null;
            return _toClient.Reader.TryRead(out var frame) ? Encoding.UTF8.GetBytes(frame) : null;
        }

        public async ValueTask Send(ReadOnlyMemory<byte> message, CancellationToken cancel) =>
            await _fromClient.Writer.WriteAsync(Encoding.UTF8.GetString(message.Span), cancel);

        public ValueTask DisposeAsync()
        {
            _fromClient.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
