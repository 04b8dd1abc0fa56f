using System.CommandLine;
using System.CommandLine.Parsing;
using Oddswire.Host.Settings;

namespace Oddswire.Host.CommandLine;

/// <summary>What is wrong with a command line, in one sentence each.</summary>
internal static class Usage
{
    public static IEnumerable<string> Faults(ParseResult line)
    {
        var command = line.CommandResult.Command;
        if (line.UnmatchedTokens is [var first, ..])
        {
            // Only the first: what follows an unknown option may be its value, and that a secret.
            yield return Unknown(first, command);
            yield break;
        }
        if (line.Errors.Count > 0 && command is { Action: null, Subcommands: { Count: > 0 } verbs })
        {
            yield return $"`{command.Name}` needs a verb: {string.Join(", ", verbs.Select(verb => verb.Name))}";
            yield break;
        }
        foreach (var error in line.Errors) yield return error.Message;
        foreach (var option in Misplaced(line)) yield return $"{option} stands before the verb `{command.Name}`: write it behind";
    }

    public static string Help(ParseResult line) => $"`{string.Join(' ', Path(line.CommandResult).Select(result => result.Command.Name))} --help` shows what there is";

    private static string Unknown(string token, Command command)
    {
        var isOption = token.StartsWith('-');
        var known = isOption ? command.Options.Select(option => option.Name) : command.Subcommands.Select(verb => verb.Name);
        var kind = isOption ? "option" : command.Subcommands.Count > 0 ? "verb" : "argument";
        return $"unknown {kind} `{token.Split('=')[0]}`{(Nearest.Hint(token.Split('=')[0], known) is { } hint ? "; " + hint : "")}";
    }

    // The parser takes an option of the program in front of a verb, and the verb would never see it.
    private static IEnumerable<string> Misplaced(ParseResult line) =>
        Path(line.CommandResult).SkipLast(1).SelectMany(result => result.Children).OfType<OptionResult>().Where(option => !option.Implicit).Select(option => option.Option.Name);

    private static IEnumerable<CommandResult> Path(CommandResult? result) =>
        result is null ? [] : Path(result.Parent as CommandResult).Append(result);
}
