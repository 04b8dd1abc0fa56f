using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Oddswire.Host.CommandLine;

/// <summary>A command whose --help ends with examples.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description, params string[] examples) : base(name, description)
    {
        Examples = examples;
        Options.Add(new HelpOption("--help", "-h") { Description = "Show this.", Action = new Help() });
    }

    private string[] Examples { get; }

    public void Does(Func<ParseResult, CancellationToken, Task<ExitCode>> action) =>
        SetAction(async (line, stop) => (int)await action(line, stop));

    private sealed class Help : SynchronousCommandLineAction
    {
        private readonly HelpAction _standard = new();

        public override int Invoke(ParseResult parseResult)
        {
            _standard.Invoke(parseResult);
            var help = parseResult.InvocationConfiguration.Output;
            help.WriteLine("Examples:");
            foreach (var example in ((Verb)parseResult.CommandResult.Command).Examples) help.WriteLine("  " + example);
            return (int)ExitCode.Done;
        }
    }
}
