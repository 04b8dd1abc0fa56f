using System.CommandLine;
using System.Text.Json;
using Oddswire.Actors.Ledger;
using Oddswire.Host.Operations;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Proof;
using Oddswire.Host.Storage.Transfer;

namespace Oddswire.Host.CommandLine;

/// <summary>`oddswire journal`: whether the record is what was written, and the whole store as text, out and in.</summary>
internal static class JournalVerb
{
    public static Verb Create(Terminal terminal) => new("journal", "The record of everything: verify it, export it, import it into an empty store.",
        "oddswire journal verify --config hocon/live.conf", "oddswire journal export --config hocon/live.conf > store.jsonl", "oddswire journal import store.jsonl --config hocon/new.conf")
    {
        Verify(terminal),
        Export(terminal),
        Import(terminal),
    };

    private static Verb Verify(Terminal terminal)
    {
        var verb = new Verb("verify", "Is every entry what was written, and is none missing? Exit code 4 if not. The key of the chains comes from journal.hmac_key.",
            "oddswire journal verify --config hocon/live.conf", "oddswire journal verify --config hocon/live.conf --heads gateway.log --json");
        var heads = new Option<string?>("--heads") { HelpName = "FILE", Description = "Heads that were written down elsewhere: any text with the gateway's log lines `head STREAM SEQUENCE HASH`." };
        var json = new Option<bool>("--json") { Description = "One object." };
        var settings = new SettingsOptions();
        verb.Options.Add(heads);
        verb.Options.Add(json);
        settings.AddTo(verb);
        verb.Does(async (line, cancel) =>
        {
            var values = settings.Load(line, terminal).Values;
            await using var journal = await StoredJournal.Open(values);
            var known = new KnownHeads();
            if (line.GetValue(heads) is { } file) await ReadHeads(known, file, cancel);
            await AddOwn(known, journal.Rows);
            var verdict = await new StreamProof(journal.Rows, Stores.SealOf(values), known).Run();
            await terminal.Out.WriteLineAsync(line.GetValue(json) ? JournalReport.Json(verdict) : JournalReport.Sentence(verdict, values));
            return verdict.Ok ? ExitCode.Done : ExitCode.NotVerified;
        });
        return verb;
    }

    private static async Task ReadHeads(KnownHeads known, string file, CancellationToken cancel)
    {
        if (!File.Exists(file)) throw new UsageException($"--heads: there is no file '{file}'");
        using var text = File.OpenText(file);
        if (await known.Read(text, cancel) == 0) throw new UsageException($"--heads: '{file}' has no line with `head STREAM SEQUENCE HASH`");
    }

    // What cannot be read here is found again, and told, by the proof itself.
    private static async Task AddOwn(KnownHeads known, IJournalRows rows)
    {
        var codec = new LedgerCodec();
        try
        {
            await foreach (var row in rows.ByStream(LedgerActor.Stream))
            {
                if (codec.ReadEvent(row.Entry.Payload.Span) is not LedgerEvent.Heads heads) continue;
                foreach (var head in heads.Streams) known.Add(head);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException or FormatException or StoreUnavailableException)
        {
            // The heads so far are what there is to hold against.
        }
    }

    private static Verb Export(Terminal terminal)
    {
        var verb = new Verb("export",
            "Everything the store keeps, of one moment, as lines of JSON: each entry of the journal in the order of commits, with its hash; then who held which term, snapshots, the tape. No key in clear: keys are hashes there.",
            "oddswire journal export --config hocon/live.conf > store.jsonl");
        var settings = new SettingsOptions();
        settings.AddTo(verb);
        verb.Does(async (line, cancel) =>
        {
            await using var store = await StoredJournal.Open(settings.Load(line, terminal).Values);
            using var export = new StoreExport(terminal.Out);
            await export.Run(store, cancel);
            return ExitCode.Done;
        });
        return verb;
    }

    private static Verb Import(Terminal terminal)
    {
        var verb = new Verb("import",
            "An export into an empty store, of whichever kind: all of it or nothing. The chains are verified first (journal.hmac_key); exit code 4 if they do not hold.",
            "oddswire journal import store.jsonl --config hocon/live.conf", "oddswire journal import store.jsonl --set tape.store=postgres --set 'storage.postgres=Host=...' --json");
        var file = new Argument<string>("FILE") { Description = "What `oddswire journal export` wrote." };
        var json = new Option<bool>("--json") { Description = "One object." };
        var settings = new SettingsOptions();
        verb.Arguments.Add(file);
        verb.Options.Add(json);
        settings.AddTo(verb);
        verb.Does(async (line, cancel) =>
        {
            var values = settings.Load(line, terminal).Values;
            var path = line.GetValue(file)!;
            if (!File.Exists(path)) throw new UsageException($"there is no file '{path}'");
            using var text = File.OpenText(path);
            using var log = new ConsoleLog(LogLevel.Warning, terminal.Error.WriteLine);
            await using var store = await Stores.OpenEmpty(values, terminal.Time, log.CreateLogger("Oddswire.Storage"));
            using var import = new StoreImport(store, Stores.SealOf(values));
            var tally = await import.Run(text, lines => terminal.Error.WriteLine($"{lines} lines"), cancel);
            await terminal.Out.WriteLineAsync(line.GetValue(json) ? JournalReport.Json(tally.Verdict, tally) : JournalReport.Sentence(tally, values));
            return tally.Verdict.Ok ? ExitCode.Done : ExitCode.NotVerified;
        });
        return verb;
    }
}
