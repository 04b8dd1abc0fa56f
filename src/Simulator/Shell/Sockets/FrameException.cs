namespace Oddswire.Simulator.Shell.Sockets;

// A client broke the framing; the code is what the connection is closed with.
internal sealed class FrameException : Exception
{
    public FrameException() { }
    public FrameException(string message) : base(message) { }
    public FrameException(string message, Exception cause) : base(message, cause) { }

    public FrameException(int code, string message) : base(message) => Code = code;

    public int Code { get; } = 1002;
}
