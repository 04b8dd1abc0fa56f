using System.Text;

namespace Oddswire.Simulator.Venues;

public enum ClientFrameKind { Text, Binary, Ping, Pong, Close }

// A whole message or control frame of a client. The payload is only valid during the call that hands it over.
public readonly record struct ClientFrame(ClientFrameKind Kind, ReadOnlyMemory<byte> Payload)
{
    public static ClientFrame Text(string text) => new(ClientFrameKind.Text, Encoding.UTF8.GetBytes(text));
}
