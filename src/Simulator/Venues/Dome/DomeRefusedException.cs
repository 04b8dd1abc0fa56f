namespace Oddswire.Simulator.Venues.Dome;

// A control frame that gets an error frame for an answer, and changes nothing.
internal sealed class DomeRefusedException : Exception
{
    public DomeRefusedException() { }
    public DomeRefusedException(string message) : base(message) { }
    public DomeRefusedException(string message, Exception cause) : base(message, cause) { }

    public DomeRefusedException(string error, string message) : base(message) => Error = error;

    public string Error { get; } = "INVALID_MESSAGE";
}
