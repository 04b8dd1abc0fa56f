using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Runtime.Persistence;
using static Oddswire.Actors.EventJson;

namespace Oddswire.Actors.Ledger;

/// <summary>JSON with short names: a journal that a person can read with nothing but a pager.</summary>
public sealed partial class LedgerCodec : IEventCodec<LedgerEvent, LedgerState>
{
    public void WriteEvent(LedgerEvent e, IBufferWriter<byte> to)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteNumber("time", e.Time);
        switch (e)
        {
            case LedgerEvent.Fact fact:
                json.WriteString("feed", fact.Feed);
                json.WriteString("kind", fact.Kind);
                json.WriteString("detail", fact.Detail);
                break;
            case LedgerEvent.GapChanged changed:
                json.WritePropertyName("gap");
                Write(json, changed.Gap);
                break;
            case LedgerEvent.Acted acted:
                json.WriteString("act", Name(acted.Deed));
                Write(json, acted);
                break;
            case LedgerEvent.Quarantined quarantined:
                json.WriteString("quarantined", quarantined.Actor);
                json.WriteString("cause", quarantined.Cause);
                break;
            case LedgerEvent.Heads heads:
                json.WriteStartArray("heads");
                foreach (var head in heads.Streams)
                    Write(json, head);
                json.WriteEndArray();
                break;
            case LedgerEvent.Dropped dropped:
                json.WriteNumber("dropped", dropped.Entries);
                break;
        }
        json.WriteEndObject();
    }

    public LedgerEvent ReadEvent(ReadOnlySpan<byte> bytes)
    {
        using var document = Parse(bytes);
        var root = document.RootElement;
        var time = root.TryGetProperty("time", out var stamp) ? stamp.GetInt64() : 0;
        if (root.TryGetProperty("gap", out var gap))
            return new LedgerEvent.GapChanged(Read(gap), time);
        if (root.TryGetProperty("act", out var act))
            return ReadAct(root, time, act.GetString());
        if (root.TryGetProperty("quarantined", out _))
            return new LedgerEvent.Quarantined(time, Text(root, "quarantined"), Text(root, "cause"));
        if (root.TryGetProperty("heads", out var heads))
            return new LedgerEvent.Heads(time, [.. heads.EnumerateArray().Select(ReadHead)]);
        if (root.TryGetProperty("dropped", out var dropped))
            return new LedgerEvent.Dropped(time, dropped.GetInt64());
        return new LedgerEvent.Fact(time, Text(root, "feed"), Text(root, "kind"), Text(root, "detail"));
    }

    public void WriteState(LedgerState state, IBufferWriter<byte> to)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteNumber("heard", state.Heard);
        json.WriteStartArray("feeds");
        foreach (var feed in state.Feeds)
            json.WriteStringValue(feed);
        json.WriteEndArray();
        json.WriteStartArray("gaps");
        foreach (var gap in state.Gaps)
            Write(json, gap);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public LedgerState ReadState(ReadOnlySpan<byte> bytes)
    {
        using var document = Parse(bytes);
        var root = document.RootElement;
        // An older gateway wrote the gaps alone.
        if (root.ValueKind == JsonValueKind.Array)
            return new([.. root.EnumerateArray().Select(Read)]);
        return new([.. root.GetProperty("gaps").EnumerateArray().Select(Read)])
        {
            Heard = Number(root, "heard"),
            Feeds = root.GetProperty("feeds").EnumerateArray().Select(static feed => feed.GetString()!).ToImmutableSortedSet(StringComparer.Ordinal),
        };
    }

    private static void Write(Utf8JsonWriter json, Gap gap)
    {
        json.WriteStartObject();
        json.WriteString("id", gap.Id.ToString());
        json.WriteString("source", gap.Source);
        json.WriteNumber("from", gap.From);
        if (gap.To is { } to)
            json.WriteNumber("to", to);
        json.WriteString("reason", gap.Reason);
        json.WriteString("state", gap.State switch { GapState.Open => "open", GapState.Filled => "filled", GapState.Lost => "lost" });
        json.WriteNumber("found", gap.Found);
        json.WriteEndObject();
    }

    private static Gap Read(JsonElement gap) => new(
        GapId.TryParse(Text(gap, "id"), out var id) ? id : throw new InvalidDataException("a gap without an id"),
        Text(gap, "source"),
        Number(gap, "from"),
        gap.TryGetProperty("to", out var to) ? to.GetInt64() : null,
        Text(gap, "reason"),
        Text(gap, "state") switch
        {
            "open" => GapState.Open,
            "filled" => GapState.Filled,
            "lost" => GapState.Lost,
            var other => throw new InvalidDataException($"a gap cannot be '{other}'"),
        },
        Number(gap, "found"));
}
