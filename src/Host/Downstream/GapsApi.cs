using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Oddswire.Actors;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>GET /api/v1/gaps: time that no source covered, and what became of it.</summary>
internal sealed class GapsApi(Topology topology)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    internal async Task<Answer> List(Call call)
    {
        var state = call.Query("state");
        if (state is not ("" or "open" or "filled" or "lost"))
            return Answer.Error(400, "INVALID_STATE", "state is open, filled or lost", "state");
        DateTimeOffset since = default;
        if (call.Query("since") is { Length: > 0 } text && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out since))
            return Answer.Error(400, "INVALID_SINCE", "since is a time such as 2026-11-21T12:00:00Z", "since");
        var gaps = await topology.System.Ask(topology.Ledger, (ActorRef<ImmutableArray<Gap>> to) => new LedgerMessage.GetGaps(to), Patience);
        return Answer.Of(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("gaps");
            foreach (var gap in gaps.Where(gap => (state.Length == 0 || FeedsJson.Name(gap.State) == state) && (gap.To ?? long.MaxValue) >= since.ToUnixTimeMilliseconds()))
                Write(json, gap);
            json.WriteEndArray();
            json.WriteNull("next");
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, Gap gap)
    {
        json.WriteStartObject();
        json.WriteString("id", gap.Id.ToString());
        json.WriteString("source", gap.Source);
        json.WriteString("from", FeedsJson.Time(gap.From));
        if (gap.To is { } to)
            json.WriteString("to", FeedsJson.Time(to));
        else
            json.WriteNull("to");
        json.WriteString("reason", gap.Reason);
        json.WriteString("state", FeedsJson.Name(gap.State));
        json.WriteNumber("filled", gap.Found);
        json.WriteEndObject();
    }
}
