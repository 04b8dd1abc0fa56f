using Oddswire.Actors.Subscriptions;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Retention;

// Which streams end: durable subscriptions, when they are deleted. Keys and the ledger go on for ever.
internal static class Endings
{
    private static readonly DurableCodec Durable = new();

    public static bool IsEnd(Entry last)
    {
        if (!last.PersistenceId.StartsWith("sub_", StringComparison.Ordinal)) return false;
        try { return Durable.ReadEvent(last.Payload.Span) is DurableEvent.Closed; }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return false; // whoever cannot read it does not throw it away
        }
    }
}
