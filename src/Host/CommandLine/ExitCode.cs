using Oddswire.Host.Hocon;
using Oddswire.Host.Storage;

namespace Oddswire.Host.CommandLine;

/// <summary>What scripts decide by. The numbers are promised.</summary>
public enum ExitCode
{
    Done = 0,
    Failed = 1,
    WrongUsage = 2,
    StoreUnusable = 3, // in use by another process, or of a newer schema
    NotVerified = 4,
}

internal static class ExitCodes
{
    /// <summary>The one place that sorts failures.</summary>
    public static ExitCode For(Exception failure) => failure switch
    {
        ConfigurationException or UsageException or RefusedException { IsUsage: true } => ExitCode.WrongUsage,
        StoreInUseException or StoreTooNewException => ExitCode.StoreUnusable,
        _ => ExitCode.Failed,
    };
}
