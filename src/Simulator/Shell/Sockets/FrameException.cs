namespace Oddswire.Simulator.Shell.Sockets;

// A client broke the framing; the code is what the connection is closed with.
internal sealed class FrameException : Exception
{
    public FrameException(int code, string message) : base(message) => Code = code;

    public FrameException() : this(1002, "protocol error")
    {
    }

    public FrameException(string message) : this(1002, message)
    {
    }

    public FrameException(string message, Exception innerException) : base(message, innerException) => Code = 1002;

    public int Code { get; }
}
