using System.Text.Json;
using Oddswire.Host.Storage;

namespace Oddswire.Host.Downstream;

/// <summary>One entry of the audit trail: an event of the journal in the words of the API.</summary>
internal sealed record AuditEntry(JournalRow Row, long Time, string Kind)
{
    internal string? Key { get; init; }
    internal string? Address { get; init; }
    internal string? Protocol { get; init; }
    internal string? Feed { get; init; }

    /// <summary>What was asked, or what happened, as a JSON object.</summary>
    internal string Command { get; init; } = "{}";
    internal string? Reason { get; init; }

    /// <summary>Those that it is about.</summary>
    internal IReadOnlyList<string> Subscriptions { get; init; } = [];

    internal void Write(Utf8JsonWriter json, string? node)
    {
        json.WriteStartObject();
        json.WriteString("stream", Row.Entry.PersistenceId);
        json.WriteNumber("sequence", Row.Entry.Sequence);
        json.WriteString("time", FeedsJson.Time(Time));
        json.WriteString("node", node);
        json.WriteString("kind", Kind);
        json.WriteString("key", Key);
        json.WriteString("address", Address);
        json.WriteString("protocol", Protocol);
        json.WritePropertyName("command");
        json.WriteRawValue(Command, skipInputValidation: true);
        json.WriteString("outcome", Kind.EndsWith(".refused", StringComparison.Ordinal) ? "refused" : "accepted");
        json.WriteString("reason", Reason);
        json.WriteString("hash", Convert.ToHexStringLower(Row.Hash.Span));
        json.WriteEndObject();
    }
}
