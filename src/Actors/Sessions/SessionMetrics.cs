using System.Diagnostics.Metrics;
using System.Text.Json;
using Oddswire.Messages.Sessions;

namespace Oddswire.Actors.Sessions;

/// <summary>Sessions that the gateway closed, by reason: `slow` are the outboxes that were full.</summary>
internal static class SessionMetrics
{
    private static readonly Meter Meter = new("Oddswire.Sessions");
    private static readonly Counter<long> Closes = Meter.CreateCounter<long>("oddswire_sessions_closed");

    internal static void Closed(CloseReason reason) =>
        Closes.Add(1, new KeyValuePair<string, object?>("reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString())));
}
