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

public sealed record ClusterSettings(bool Enabled)
{
    internal static ClusterSettings Read(Section at)
    {
        var settings = new ClusterSettings(at.Flag("enabled"));
        if (settings.Enabled) at.Refuse("enabled", "false, because this version runs on one node,", "true");
        return settings;
    }
}
