using Oddswire.Host.Downstream;
using Oddswire.Host.Settings;
using Oddswire.Host.Storage.Proof;
using Oddswire.Host.Storage.Transfer;

namespace Oddswire.Host.CommandLine;

/// <summary>What a proof of the journal says, to programs and to people.</summary>
internal static class JournalReport
{
    internal static string Json(Verdict verdict, ImportTally? imported = null) => System.Text.Encoding.UTF8.GetString(Answer.Of(200, json =>
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
            if (first.InSnapshot) json.WriteBoolean("snapshot", true);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("first");
        }
        if (imported is not null)
        {
            json.WriteNumber("snapshots", imported.Snapshots);
            json.WriteNumber("fills", imported.Fills);
        }
        json.WriteEndObject();
    }).Body.Span);

    internal static string Sentence(Verdict verdict, GatewaySettings settings)
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
            { InSnapshot: true } first => $"{first.What}: the state of '{first.Stream}' that was saved after its entry {first.Sequence}; its entries up to there are what was written. {key}",
            var first => $"{first.What}: entry {first.Sequence} of '{first.Stream}', after {verdict.Entries} that are what was written. {key}",
        };
    }

    internal static string Sentence(ImportTally tally, GatewaySettings settings) => tally.Verdict.Ok
        ? $"{tally.Entries} entries, {tally.Snapshots} snapshots and {tally.Fills} fills are in the store. {Sentence(tally.Verdict, settings)}"
        : $"Nothing was imported. {Sentence(tally.Verdict, settings)}";
}
