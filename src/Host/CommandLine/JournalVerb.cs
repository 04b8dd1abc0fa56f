using System.CommandLine;
using System.Text.Json;
using Oddswire.Actors.Ledger;
using Oddswire.Host.Downstream;
using Oddswire.Host.Settings;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Proof;

namespace Oddswire.Host.CommandLine;

/// <summary>`oddswire journal`: whether the record is what was written, and the record itself. It reads the store, and changes nothing.</summary>
internal static class JournalVerb
{
    public static Verb Create(Terminal terminal) => new("journal", "The record of everything: verify it, export it.",
        "oddswire journal verify --config hocon/live.conf", "oddswire journal export --config hocon/live.conf > journal.jsonl")
    {
        Verify(terminal),
        Export(terminal),
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
            await terminal.Out.WriteLineAsync(line.GetValue(json) ? Json(verdict) : Sentence(verdict, values));
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

    private static string Json(Verdict verdict) => System.Text.Encoding.UTF8.GetString(Answer.Of(200, json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("ok", verdict.Ok);
        json.WriteNumber("entries", verdict.Entries);
        json.WriteBoolean("keyed", verdict.Keyed);
        json.WriteNumber("unkeyed", verdict.Unkeyed);
        json.WriteNumber("cut", verdict.Cut);
        json.WriteString("since", verdict.Cut > 0 ? FeedsJson.Time(verdict.Since) : null);
        if (verdict.First is { } first)
        {
            json.WriteStartObject("first");
            json.WriteString("stream", first.Stream);
            json.WriteNumber("sequence", first.Sequence);
            json.WriteString("what", first.What);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("first");
        }
        json.WriteEndObject();
    }).Body.Span);

    private static string Sentence(Verdict verdict, GatewaySettings settings)
    {
        var key = settings.Journal.HmacKey is null ? "No key is set (journal.hmac_key): plain SHA-256, which only heads kept elsewhere protect; what was written with a key looks changed."
            : verdict.Unkeyed > 0 ? $"{verdict.Unkeyed} entries are from before there was a key."
            : "All of it with the key.";
        return verdict.First switch
        {
            null when verdict.Cut > 0 =>
                $"{verdict.Entries} entries are what was written: all since {FeedsJson.Time(verdict.Since)}. {verdict.Cut} before were cut off (journal.keep, journal.max), behind checkpoints that hold. {key}",
            null => $"{verdict.Entries} entries are what was written. {key}",
            { Stream: "" } first => $"{first.What}: entry {first.Sequence} of the whole journal. {key}",
            var first => $"{first.What}: entry {first.Sequence} of '{first.Stream}', after {verdict.Entries} that are what was written. {key}",
        };
    }

    private static Verb Export(Terminal terminal)
    {
        var verb = new Verb("export", "Every entry as one line of JSON, in the order of commits, with its hash.", "oddswire journal export --config hocon/live.conf > journal.jsonl");
        var settings = new SettingsOptions();
        settings.AddTo(verb);
        verb.Does(async (line, cancel) =>
        {
            await using var journal = await StoredJournal.Open(settings.Load(line, terminal).Values);
            var at = 0L;
            for (var page = await journal.Rows.Page(at); !page.IsEmpty; page = await journal.Rows.Page(at))
            {
                cancel.ThrowIfCancellationRequested();
                foreach (var row in page)
                    await terminal.Out.WriteLineAsync(JournalLine.Of(row));
                at = page[^1].Position;
            }
            return ExitCode.Done;
        });
        return verb;
    }
}
