using System.CommandLine;
using System.Text.Json;

namespace Oddswire.Host.CommandLine;

/// <summary>Prints what is in force and where it came from, without secrets.</summary>
internal static class ConfigVerb
{
    public static Verb Create(Terminal terminal)
    {
        var verb = new Verb("config", "Print every setting, and where its value came from.",
            "oddswire config", "oddswire config --config hocon/live.conf --json", "oddswire config --set http.port=9000 | grep http");
        var settings = new SettingsOptions();
        settings.AddTo(verb);
        var json = new Option<bool>("--json") { Description = "One object per line." };
        verb.Options.Add(json);
        verb.Does((line, _) =>
        {
            var loaded = settings.Load(line, terminal);
            foreach (var (key, value, from) in loaded.Effective)
            {
                terminal.Out.WriteLine(line.GetValue(json)
                    ? JsonSerializer.Serialize(new { key, value, from = from.ToString() })
                    : $"{$"{key} = {(value.Length == 0 ? "\"\"" : value)}",-60} # {from}");
            }
            foreach (var notice in loaded.Notices) terminal.Error.WriteLine(notice);
            return Task.FromResult(ExitCode.Done);
        });
        return verb;
    }
}
