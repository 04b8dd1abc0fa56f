namespace Oddswire.Simulator.Venues.Dome;

// A control frame that gets an error frame for an answer, and changes nothing.
internal sealed class DomeRefusedException : Exception
{
    public DomeRefusedException(string error, string message) : base(message) => Error = error;

    public DomeRefusedException() : this("INVALID_MESSAGE", "invalid message")
    {
    }

    public DomeRefusedException(string message) : this("INVALID_MESSAGE", message)
    {
    }

    public DomeRefusedException(string message, Exception innerException) : base(message, innerException) => Error = "INVALID_MESSAGE";

    public string Error { get; }
}
