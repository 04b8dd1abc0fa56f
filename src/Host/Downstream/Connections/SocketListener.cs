using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Oddswire.Host.Downstream.Connections;

/// <summary>Takes connections until it is unbound. One that fails, or that there is no room for, is not the end of it.</summary>
internal sealed partial class SocketListener(Socket listening, OpenLines lines, TimeProvider time, ILogger log) : IConnectionListener
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    private volatile bool _unbound;
    private bool _failing;
    private long _count;

    public EndPoint EndPoint { get; } = listening.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (!_unbound)
        {
            try
            {
                if (Connection(await listening.AcceptAsync(cancellationToken)) is not { } connection)
                    continue;
                _failing = false;
                return connection;
            }
            catch (Exception e) when (_unbound && e is SocketException or ObjectDisposedException)
            {
                break;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // It was gone before it was taken.
            }
            catch (SocketException e)
            {
                if (!_failing)
                    NotTaken(log, EndPoint, e.Message);
                _failing = true;
                await Task.Delay(Breath, time, cancellationToken);
            }
        }
        return null;
    }

    /// <summary>Null: that client is gone already.</summary>
    private SocketConnection? Connection(Socket socket)
    {
        try
        {
            return new SocketConnection(socket, (++_count).ToString(CultureInfo.InvariantCulture), lines);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            socket.Dispose();
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _unbound = true;
        listening.Dispose();
        return default;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    [LoggerMessage(Level = LogLevel.Warning, Message = "cannot take connections on {Where}, and tries again: {Why}")]
    private static partial void NotTaken(ILogger log, EndPoint where, string why);
}
