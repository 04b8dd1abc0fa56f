using System.Globalization;

namespace Oddswire.Host.Operations;

/// <summary>Log lines for a person: time, level, category, message; an exception in the same line with its type.</summary>
internal sealed class ConsoleLog(LogLevel level, Action<string> write) : ILoggerFactory
{
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new InvalidOperationException("there is one provider");

    public void Dispose()
    {
        // Where the lines go belongs to somebody else.
    }

    private void Write(LogLevel severity, string category, string message, Exception? exception)
    {
        var cause = exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})";
        var line = string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {severity.ToString().ToLowerInvariant()} {category} {message}{cause}");
        try
        {
            lock (_gate)
                write(line);
        }
        catch (IOException)
        {
            // Nobody reads standard error any more: no reason for whoever logs to fail.
        }
    }

    private sealed class Logger(ConsoleLog owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= owner.Level;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                owner.Write(logLevel, category, formatter(state, exception), exception);
        }
    }

    private LogLevel Level => level;
}
