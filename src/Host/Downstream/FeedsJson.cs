using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Oddswire.Messages.Feeds;

namespace Oddswire.Host.Downstream;

/// <summary>Feeds as GET /api/v1/feeds shows them.</summary>
internal static class FeedsJson
{
    internal static void Write(Utf8JsonWriter json, ImmutableArray<FeedStatus> feeds)
    {
        json.WriteStartObject();
        json.WriteStartArray("feeds");
        foreach (var feed in feeds)
        {
            json.WriteStartObject();
            json.WriteString("name", feed.Name);
            json.WriteString("state", Name(feed.State));
            json.WriteString("since", Time(feed.Since));
            json.WriteStartArray("connections");
            foreach (var connection in feed.Connections)
            {
                json.WriteStartObject();
                json.WriteNumber("id", connection.Id);
                json.WriteString("state", Name(connection.State));
                json.WriteNumber("restarts", connection.Restarts);
                json.WriteString("last_error", connection.LastError);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static string Name<T>(T state) where T : struct, Enum => state.ToString().ToLowerInvariant();

    internal static string Time(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
