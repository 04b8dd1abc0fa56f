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
        await Task.WhenAny(reading, writing);
        // Once one side has said close, the other has some time to say it too.
        if (writing.IsCompleted ? await writing == FrameKind.Close : await reading)
            await Task.WhenAny(Task.WhenAll(reading, writing), Task.Delay(CloseTimeout, time, cancellation));
        await ending.CancelAsync();
        await Task.WhenAll(reading, writing);
    }

    // True if the client closed in due form, or broke the form and is being told so.
    private async Task<bool> Read(CancellationToken cancellation)
    {
        var input = PipeReader.Create(stream);
        try
        {
            var reader = new FrameReader(input, connection.MessageLimit);
            while (await reader.Read(cancellation) is { } frame)
            {
                live.Use(_ => connection.Receive(frame));
                if (frame.Kind == ClientFrameKind.Close) return true;
            }
            return false;
        }
        catch (FrameException e)
        {
            live.Use(_ => connection.Close(e.Code, e.Message));
            await Discard(input, cancellation);
            return true;
        }
        catch (Exception e) when (IsEnd(e))
        {
            return false;
        }
    }

    // Unread bytes would turn the end of the connection into a reset, and the close frame might never be seen.
    private static async Task Discard(PipeReader input, CancellationToken cancellation)
    {
        try
        {
            while (await input.ReadAsync(cancellation) is { IsCompleted: false } rest) input.AdvanceTo(rest.Buffer.End);
        }
        catch (Exception e) when (IsEnd(e))
        {
            // That was all.
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
