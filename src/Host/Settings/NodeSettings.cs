using Microsoft.Extensions.Logging;

namespace Oddswire.Host.Settings;

public sealed record NodeSettings(string Name)
{
    internal static NodeSettings Read(Section at) => new(at.Text("name"));
}

public sealed record LogSettings(LogLevel Level)
{
    internal static LogSettings Read(Section at) => new(at.Choice("level",
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error), ("none", LogLevel.None)));
}

/// <summary>Messages an actor may process before it is another's turn.</summary>
public sealed record RuntimeSettings(int Throughput)
{
    internal static RuntimeSettings Read(Section at) => new(at.Whole("throughput", 1, 100_000));
}

public sealed record ClusterSettings(bool Enabled)
{
    internal static ClusterSettings Read(Section at) => new(at.Flag("enabled"));
}
