using System.Buffers;
using System.Text.Json;
using Oddswire.Simulation.Worlds;
using Oddswire.Simulator.Venues;

namespace Oddswire.Simulation.Books.Promises;

/// <summary>However many follow a token, the venue sees one subscription; and none of what nobody follows.</summary>
internal sealed class OneSubscription(BookWorkload books) : Invariant
{
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);      // longer than a token is followed twice while it moves

    private HashSet<string> _doubled = [];
    private HashSet<string> _unwanted = [];

    internal override void On(Observation seen)
    {
        if (seen is Observation.Disturbed { What: "healed" })
            World.After(Calm, Look);
    }

    private void Look()
    {
        var followed = Followed();
        var wanted = books.Readers.SelectMany(static reader => reader.Wanted.Keys).ToHashSet();
        var trading = books.Trading.Select(static token => token.Id).ToHashSet();
        HashSet<string> doubled = [.. followed.Where(static token => token.Value > 1).Select(static token => token.Key)];
        HashSet<string> unwanted = [.. followed.Keys.Where(token => trading.Contains(token) && !wanted.Contains(token))];
        if (doubled.FirstOrDefault(_doubled.Contains) is { } twice)
            Fail($"the venue sees {followed[twice]} subscriptions of {twice}");
        if (unwanted.FirstOrDefault(_unwanted.Contains) is { } nobodys)
            Fail($"the venue sees a subscription of {nobodys}, and nobody follows it");
        (_doubled, _unwanted) = (doubled, unwanted);
        World.After(LookEvery, Look);
    }

    /// <summary>By token: on how many connections.</summary>
    private SortedDictionary<string, int> Followed()
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartArray();
            books.Street.StandIn.Venues.OfType<SocketVenue>().Single(static venue => venue.Name == BookWorkload.Venue).WriteSubscriptions(json);
            json.WriteEndArray();
        }
        var followed = new SortedDictionary<string, int>(StringComparer.Ordinal);
        using var connections = JsonDocument.Parse(text.WrittenMemory);
        foreach (var token in connections.RootElement.EnumerateArray().SelectMany(static connection => connection.GetProperty("assets_ids").EnumerateArray()))
            followed[token.GetString()!] = followed.GetValueOrDefault(token.GetString()!) + 1;
        return followed;
    }
}
