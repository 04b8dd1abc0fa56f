using Microsoft.Extensions.Logging;

namespace Oddswire.Runtime.Diagnostics;

/// <summary>The runtime's own log. A log that cannot be written (a broken pipe, a full disk) must fail neither a sender nor the process.</summary>
internal sealed class UnfailingLog(ILogger log) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return log.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;       // there is nowhere left to say so
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            log.Log(logLevel, eventId, state, exception, formatter);
        }
#pragma warning disable RCS1075 // the same
        catch (Exception)
        {
        }
#pragma warning restore RCS1075
    }
}
