namespace Oddswire.Host.Storage.Postgres;

internal static partial class PostgresLog
{
    [LoggerMessage(110, LogLevel.Warning, "the server of {Name} acknowledges commits before they are durable (synchronous_commit = off): the last ones before a crash of it may be lost")]
    public static partial void NotDurable(ILogger log, string name);
}
