namespace Oddswire.Simulation.Worlds;

/// <summary>
/// Exceptions that the world throws carry the process in which they do, so that one that nobody observed can be told from one
/// whose observer died in a crash.
/// </summary>
internal static class Blame
{
    private const string Key = "process";

    internal static TException In<TException>(this TException exception, Process process) where TException : Exception
    {
        exception.Data[Key] = process;
        return exception;
    }

    internal static Process? Of(Exception exception) => exception.Data[Key] as Process;
}
