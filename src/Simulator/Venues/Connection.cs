using Oddswire.Simulator.Faults;

namespace Oddswire.Simulator.Venues;

// One client at one venue: takes its frames in, and sends through the line on which faults happen. No socket, no clock.
public abstract class Connection(int id, FaultLine line)
{
    public int Id => id;

    public bool Ended => line.Ended;

    // The largest message that is read from the client.
    public virtual int MessageLimit => 64 * 1024;

    internal FaultLine Line => line;

    public void Receive(ClientFrame frame)
    {
        if (Ended) return;
        switch (frame.Kind)
        {
            case ClientFrameKind.Text when frame.Payload.Length > MessageLimit:
                Close(1009, "message too big");
                break;
            case ClientFrameKind.Text:
                OnText(frame.Payload);
                break;
            case ClientFrameKind.Binary:
                Close(1003, "text only");
                break;
            case ClientFrameKind.Ping:
                line.Send(ServerFrame.Pong(frame.Payload.ToArray()));
                break;
            case ClientFrameKind.Pong:
                OnPong();
                break;
            case ClientFrameKind.Close:
                Close(CloseCode(frame.Payload.Span), "");
                break;
        }
    }

    // The transport is gone.
    public void Lost() => line.End();

    public void Close(int code, string reason) => line.Send(ServerFrame.Close(code, reason));

    protected abstract void OnText(ReadOnlyMemory<byte> text);

    protected virtual void OnPong()
    {
    }

    protected bool Send(in ServerFrame frame) => line.Send(frame);

    private static int CloseCode(ReadOnlySpan<byte> payload) => payload.Length < 2 ? 1000 : (payload[0] << 8) | payload[1];
}
