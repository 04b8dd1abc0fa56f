using Microsoft.Extensions.Logging;

namespace Oddswire.Simulation.Worlds;

/// <summary>What the runtime of one process logs, as an observation.</summary>
internal sealed class LogTap(Process process) : ILoggerFactory, ILogger
{
    // The runtime says whom it kills; everything below goes with it.
    private const int KilledEvent = 8;

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning || process.World.Trace.IsRead;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == KilledEvent && state is IReadOnlyList<KeyValuePair<string, object?>> fields)
            process.Killed((string)fields.First(field => field.Key == "Actor").Value!);
        process.World.Observe(new Observation.Logged(process, logLevel, eventId, formatter(state, exception), exception));
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider) { }

    public void Dispose() { }
}
