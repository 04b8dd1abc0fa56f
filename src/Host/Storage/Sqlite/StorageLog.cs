namespace Oddswire.Host.Storage.Sqlite;

internal static partial class StorageLog
{
    [LoggerMessage(100, LogLevel.Warning, "the write-ahead log was not copied back and grows; the next commits try again")]
    public static partial void CheckpointFailed(ILogger log, Exception cause);

    [LoggerMessage(101, LogLevel.Warning, "the store has {Entries} journal entries but no readable head beside it: whether some are missing cannot be told")]
    public static partial void NoHead(ILogger log, long entries);

    [LoggerMessage(102, LogLevel.Warning, "going on without {Missing} journal entries from position {First}, as told by --accept-loss; what was left of the log is kept in {Kept}")]
    public static partial void LossAccepted(ILogger log, long missing, long first, string kept);

    [LoggerMessage(103, LogLevel.Warning, "the write-ahead log was damaged after all of it had been copied into the database: nothing is lost, the log is kept in {Kept}")]
    public static partial void LogSetAside(ILogger log, string kept);
}
