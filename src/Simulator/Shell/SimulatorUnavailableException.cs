namespace Oddswire.Simulator.Shell;

// The simulator could not start, and why, in words for the person who started it.
public sealed class SimulatorUnavailableException : Exception
{
    public SimulatorUnavailableException() { }
    public SimulatorUnavailableException(string message) : base(message) { }
    public SimulatorUnavailableException(string message, Exception cause) : base(message, cause) { }

    // The port that another program holds, if that was it.
    public int? TakenPort { get; init; }
}
