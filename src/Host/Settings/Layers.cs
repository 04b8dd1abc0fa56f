using System.Collections.Immutable;
using Oddswire.Host.Hocon;

namespace Oddswire.Host.Settings;

/// <summary>
/// What lies over what, lowest first: hocon/oddswire.conf with every default, one file (--config, else hocon/demo.conf),
/// the environment (ODDSWIRE__HTTP__PORT), the command line (--set http.port=8080).
/// </summary>
public sealed record Layers(string WorkingDirectory, string ProgramDirectory, IReadOnlyDictionary<string, string> Environment, string? File, ImmutableArray<string> Sets)
{
    private const string Defaults = "oddswire.conf";
    private const string Prefix = "ODDSWIRE__";

    public LoadedSettings Load()
    {
        var folder = Folder();
        var reader = new HoconReader(WorkingDirectory, folder, Environment.GetValueOrDefault);
        reader.AddFile(Path.Combine(folder, Defaults));
        reader.AddFile(File ?? Path.Combine(folder, "demo.conf"));
        foreach (var (name, text) in Environment.Where(variable => variable.Key.StartsWith(Prefix, StringComparison.Ordinal)).OrderBy(variable => variable.Key, StringComparer.Ordinal))
            reader.AddSetting($"environment {name}", name[Prefix.Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant(), text);
        foreach (var set in Sets)
        {
            var equals = set.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw new ConfigurationException(Position.Whole("--set"), "key=value", $"`{set}`");
            reader.AddSetting($"--set {set[..equals].Trim()}", set[..equals].Trim(), set[(equals + 1)..]);
        }
        return GatewaySettings.Read(reader.Resolve());
    }

    /// <summary>In the working directory, else beside the program.</summary>
    private string Folder()
    {
        const string folder = "hocon";
        if (Path.Exists(Path.Combine(WorkingDirectory, folder, Defaults))) return folder;
        var beside = Path.Combine(ProgramDirectory, folder);
        if (Path.Exists(Path.Combine(beside, Defaults))) return beside;
        throw new ConfigurationException(Position.Whole(Path.Combine(folder, Defaults)), $"this file in {WorkingDirectory} or in {ProgramDirectory}", "none");
    }
}
