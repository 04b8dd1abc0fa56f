using System.CommandLine;
using Oddswire.Host.Settings;

namespace Oddswire.Host.CommandLine;

/// <summary>--config and --set, for every verb that reads the configuration.</summary>
internal sealed class SettingsOptions
{
    private readonly Option<string?> _file = new("--config") { HelpName = "FILE", Description = "The one configuration file; without it hocon/demo.conf." };

    private readonly Option<string[]> _sets = new("--set")
    {
        HelpName = "key=value",
        Description = "Lies over file and environment. May be repeated.",
        DefaultValueFactory = _ => [],
    };

    public void AddTo(Command verb)
    {
        verb.Options.Add(_file);
        verb.Options.Add(_sets);
    }

    public bool Any(ParseResult line) => line.GetResult(_file) is { Implicit: false } || line.GetResult(_sets) is { Implicit: false };

    public LoadedSettings Load(ParseResult line, Terminal terminal) =>
        new Layers(terminal.WorkingDirectory, terminal.ProgramDirectory, terminal.Environment, line.GetValue(_file), [.. line.GetValue(_sets)!]).Load();
}
