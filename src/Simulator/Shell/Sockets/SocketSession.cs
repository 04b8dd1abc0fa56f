using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Oddswire.Simulator.Venues;

namespace Oddswire.Simulator.Shell.Sockets;

// One open socket: hands the client's messages to its connection, and writes what the venue sends, until either side
// ends it.
internal sealed class SocketSession(Stream stream, Connection connection, Outbox outbox, LiveStandIn live, TimeProvider time)
{
    // How long a client may take to answer a close frame.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    public async Task Run(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = Read(ending.Token);
        var writing = Write(ending.Token);
        // Whoever is through first: the client has left, or the venue has said its last word.
        if (await Task.WhenAny(reading, writing) == writing && await EndedWithClose(writing))
            await Task.WhenAny(reading, Task.Delay(CloseTimeout, time, cancellation));
        await ending.CancelAsync();
        await Task.WhenAll(reading, writing);
    }

    private static async Task<bool> EndedWithClose(Task<FrameKind?> writing) => await writing == FrameKind.Close;

    private async Task Read(CancellationToken cancellation)
    {
        try
        {
            var reader = new FrameReader(PipeReader.Create(stream), connection.MessageLimit);
            while (await reader.Read(cancellation) is { } frame)
            {
                live.Use(_ => connection.Receive(frame));
                if (frame.Kind == ClientFrameKind.Close) return;
            }
        }
        catch (FrameException e)
        {
            live.Use(_ => connection.Close(e.Code, e.Message));
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The socket is gone, which is all there is to know.
        }
    }

    // The kind of the last frame, if the venue ended the connection.
    private async Task<FrameKind?> Write(CancellationToken cancellation)
    {
        var writer = new FrameWriter(stream);
        try
        {
            while (true)
            {
                FrameKind? last = null;
                foreach (var frame in await outbox.Take(cancellation))
                {
                    await writer.Write(frame, cancellation);
                    if (frame.Ends) last = frame.Kind;
                }
                await writer.Flush(cancellation);
                if (last is not null) return last;
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            return null;
        }
    }

    private static bool IsEnd(Exception e) => e is OperationCanceledException or IOException or ConnectionAbortedException or ObjectDisposedException;
}
