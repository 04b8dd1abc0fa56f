using Microsoft.Extensions.Logging;

namespace Oddswire.Simulator.Shell;

internal static partial class ShellLog
{
    [LoggerMessage(1, LogLevel.Information, "simulator on {Url}: seed {Seed}, {Rate} fills a second")]
    public static partial void Started(this ILogger log, string url, long seed, double rate);

    [LoggerMessage(2, LogLevel.Warning, "the clock jumped by {Lag}; the fills of that time are left out")]
    public static partial void ClockJumped(this ILogger log, TimeSpan lag);

    [LoggerMessage(3, LogLevel.Debug, "{Venue} connection {Connection} opened")]
    public static partial void Opened(this ILogger log, string venue, int connection);

    [LoggerMessage(4, LogLevel.Debug, "{Venue} connection {Connection} ended")]
    public static partial void Ended(this ILogger log, string venue, int connection);

    [LoggerMessage(5, LogLevel.Warning, "{Venue} connection {Connection} reads too slowly and is cut off")]
    public static partial void CutOff(this ILogger log, string venue, int connection);

    [LoggerMessage(6, LogLevel.Information, "fault {Id}: {Kind} at {Venue}")]
    public static partial void Injected(this ILogger log, string id, string kind, string venue);

    [LoggerMessage(7, LogLevel.Error, "request failed")]
    public static partial void RequestFailed(this ILogger log, Exception exception);
}
