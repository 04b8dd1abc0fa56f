using Microsoft.Extensions.Logging;

namespace Oddswire.TestKit;

/// <summary>One line as it was logged.</summary>
public sealed record LogLine(LogLevel Level, EventId Event, string Text, Exception? Cause);

/// <summary>Keeps what was logged, for a test to look at.</summary>
public sealed class RecordedLog : ILoggerFactory, ILogger
{
    private readonly Lock _gate = new();
    private readonly List<LogLine> _lines = [];

    public IReadOnlyList<LogLine> Lines
    {
        get { lock (_gate) return [.. _lines]; }
    }

    public IEnumerable<LogLine> About(string text) => Lines.Where(line => line.Text.Contains(text, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => this;
    public void AddProvider(ILoggerProvider provider) { }
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
            _lines.Add(new(logLevel, eventId, formatter(state, exception), exception));
    }

    public void Dispose() { }
}
