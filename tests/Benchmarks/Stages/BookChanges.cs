using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Oddswire.Actors.Markets;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;

namespace Oddswire.Benchmarks.Stages;

/// <summary>
/// price_change frames of one market from their bytes to its two books; and the same the way that one writes it first, System.Text.Json into classes and a
/// SortedDictionary per side, as the yardstick.
/// </summary>
internal sealed class BookChanges
{
    private const int Frames = 1_024;
    private const string Up = "71424055618564778623202047525969542510908835246161877070092933130505566820299", Down = "25506341957565994618274219977499420553447794229108754545288951575275480081684";

    private readonly byte[][] _frames = new byte[Frames][];
    private readonly ClobMarketEvent _event = new();
    private readonly Dictionary<TokenId, Book> _books = new() { [WireText.Parse<TokenId>(Up)] = new(), [WireText.Parse<TokenId>(Down)] = new() };
    private readonly Dictionary<string, PlainBook> _plain = new() { [Up] = new(), [Down] = new() };
    private int _next;

    internal BookChanges()
    {
        var random = new Random(1);
        for (var i = 0; i < Frames; i++)
        {
            var (side, size) = (random.Next(2) == 0, random.Next(5) == 0 ? "0" : $"{random.Next(1, 90_000)}.{random.Next(10, 99)}");
            var cents = side ? 48 - Math.Min(random.Next(24), random.Next(24)) : 49 + Math.Min(random.Next(24), random.Next(24));
            _frames[i] = Encoding.ASCII.GetBytes(
                "{\"market\":\"0xbd31dc8a20211944f6b70f31557f1001557b59905b7738480ca09bd4532f84af\",\"price_changes\":["
                + Leg(Up, cents, size, side ? "BUY" : "SELL") + "," + Leg(Down, 100 - cents, size, side ? "SELL" : "BUY") + $"],\"timestamp\":\"{1_791_125_476_001 + i}\",\"event_type\":\"price_change\"}}");
        }
    }

    /// <summary>Also what is looked at after each: whether the book is crossed.</summary>
    internal void Ours()
    {
        var reader = new ClobMarketReader(_frames[_next++ % Frames]);
        reader.Read(_event);
        foreach (var change in _event.Changes)
        {
            var book = _books[change.Token];
            book.Apply(change.Side, change.Level);
            if (book.IsCrossed)
                throw new InvalidOperationException("no frame here crosses a book");
        }
    }

    internal void Plain()
    {
        var told = JsonSerializer.Deserialize<PlainEvent>(_frames[_next++ % Frames])!;
        foreach (var change in told.Changes)
        {
            var book = _plain[change.Asset];
            var side = change.Side == "BUY" ? book.Bids : book.Asks;
            var (price, size) = (decimal.Parse(change.Price, CultureInfo.InvariantCulture), decimal.Parse(change.Size, CultureInfo.InvariantCulture));
            if (size == 0)
                side.Remove(price);
            else
                side[price] = size;
            if (book.Bids.Count > 0 && book.Asks.Count > 0 && book.Bids.Keys.First() >= book.Asks.Keys.First())
                throw new InvalidOperationException("no frame here crosses a book");
        }
    }

    private static string Leg(string asset, int cents, string size, string side) =>
        $"{{\"asset_id\":\"{asset}\",\"price\":\"0.{cents:00}\",\"size\":\"{size}\",\"side\":\"{side}\",\"hash\":\"0458ea5755c9f73d64a14636fa5c36ed460ec394\",\"best_bid\":\"0.48\",\"best_ask\":\"0.49\"}}";

    private sealed class PlainBook
    {
        internal SortedDictionary<decimal, decimal> Bids { get; } = new(Comparer<decimal>.Create(static (one, other) => other.CompareTo(one)));
        internal SortedDictionary<decimal, decimal> Asks { get; } = [];
    }

    private sealed record PlainEvent(
        [property: JsonPropertyName("market")] string Market, [property: JsonPropertyName("price_changes")] List<PlainChange> Changes,
        [property: JsonPropertyName("timestamp")] string Timestamp, [property: JsonPropertyName("event_type")] string Kind);

    private sealed record PlainChange(
        [property: JsonPropertyName("asset_id")] string Asset, [property: JsonPropertyName("price")] string Price, [property: JsonPropertyName("size")] string Size,
        [property: JsonPropertyName("side")] string Side, [property: JsonPropertyName("hash")] string Hash,
        [property: JsonPropertyName("best_bid")] string BestBid, [property: JsonPropertyName("best_ask")] string BestAsk);
}
