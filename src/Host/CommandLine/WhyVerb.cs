using System.CommandLine;
using System.Text.Json;
using Oddswire.Host.Operations;

namespace Oddswire.Host.CommandLine;

/// <summary>`oddswire why`: what became of a fill for a subscription or a wallet, in sentences; of a running gateway.</summary>
internal static class WhyVerb
{
    public static Verb Create(Terminal terminal)
    {
        var verb = new Verb("why", "What became of a fill: who told of it, whose filter it met, who was written it between which seconds, or what was in the way.",
            "oddswire why --tx 0x4c6f... --subscription sub_0123456789", "oddswire why --position 3-41 --wallet 0x7099...", "oddswire why --order 0xab12... --wallet 0x7099... --json | jq -r .verdict");
        (string Name, Option<string?> Option)[] parameters =
        [
            ("tx", new("--tx") { HelpName = "HASH", Description = "The fill, by its transaction." }),
            ("log_index", new("--log_index", "--log-index") { HelpName = "N", Description = "Which fill of the transaction." }),
            ("order", new("--order") { HelpName = "HASH", Description = "The fill, by its order." }),
            ("position", new("--position", "--offset") { HelpName = "POSITION", Description = "The fill, by its position, such as 3-41, or its offset." }),
            ("subscription", new("--subscription") { HelpName = "ID", Description = "For this subscription." }),
            ("wallet", new("--wallet") { HelpName = "ADDRESS", Description = "For whoever follows this wallet." }),
        ];
        foreach (var (_, option) in parameters)
            verb.Options.Add(option);
        var remote = new RemoteOptions();
        remote.AddTo(verb);
        verb.Does(async (line, cancel) =>
        {
            var given = parameters.Where(parameter => line.GetValue(parameter.Option) is not null)
                .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(line.GetValue(parameter.Option)!)}");
            using var gateway = remote.Client(line, terminal);
            var answer = Report.Body(await gateway.Send(HttpMethod.Get, "why?" + string.Join('&', given), null, cancel));
            await terminal.Out.WriteLineAsync(remote.Json(line) ? answer.GetRawText() : Text(answer));
            return ExitCode.Done;
        });
        return verb;
    }

    private static string Text(JsonElement answer) => string.Join('\n',
        answer.GetProperty("sentences").EnumerateArray().Select(static sentence => FillText.Printable(sentence.GetString()!))
            .Prepend($"{FillText.Printable(answer.GetProperty("verdict").GetString()!)}:"));
}
