using System.Globalization;
using System.Text.Json;
using Oddswire.Actors.Tests.Sessions;
using Oddswire.Simulation.Books.Venues;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Actors.Tests.Markets;

/// <summary>A client of the market channel that does with what it is told what any client does: keeps books.</summary>
internal sealed class BookClient(FakeClient socket)
{
    private sealed class Levels
    {
        internal SortedDictionary<decimal, decimal> Bids { get; } = [];
        internal SortedDictionary<decimal, decimal> Asks { get; } = [];
    }

    private readonly Dictionary<string, Levels> _books = [];

    internal FakeClient Socket => socket;

    internal List<string> Texts { get; } = [];
    internal List<JsonElement> Events { get; } = [];
    internal HashSet<string> Stale { get; } = [];

    /// <summary>Each whole book, as it was told.</summary>
    internal List<(string Token, string Book)> Whole { get; } = [];

    internal IEnumerable<string> Kinds => Read().Events.Select(Kind);

    internal BookClient Open(params IEnumerable<string> tokens) => Say($$"""{"assets_ids":[{{Listed(tokens)}}],"type":"market","custom_feature_enabled":true}""");

    internal BookClient Follow(params IEnumerable<OutcomeToken> tokens) => Open(tokens.Select(static token => token.Id));

    internal BookClient Subscribe(params IEnumerable<string> tokens) => Say($$"""{"operation":"subscribe","assets_ids":[{{Listed(tokens)}}],"custom_feature_enabled":true}""");

    internal BookClient Unsubscribe(params IEnumerable<string> tokens) => Say($$"""{"operation":"unsubscribe","assets_ids":[{{Listed(tokens)}}]}""");

    internal BookClient Say(string text)
    {
        socket.Send(text);
        return this;
    }

    internal string? BookOf(OutcomeToken token) => Book(token.Id);

    internal string? Book(string token) => Read()._books.TryGetValue(token, out var levels) ? Text(levels) : null;

    internal static string Kind(JsonElement told) => told.TryGetProperty("event_type", out var kind) ? kind.GetString()! : "";

    internal string Next()
    {
        Read();
        var text = Texts[0];
        Texts.RemoveAt(0);
        return text;
    }

    internal BookClient Forget()
    {
        Read();
        Texts.Clear();
        Events.Clear();
        Whole.Clear();
        return this;
    }

    internal BookClient Read()
    {
        foreach (var text in socket.Drain())
        {
            Texts.Add(text);
            if (text[0] is not ('{' or '['))
                continue;
            var told = JsonElement.Parse(text);
            if (told.ValueKind == JsonValueKind.Array)
            {
                Assert.EndsWith("]\n", text, StringComparison.Ordinal);
                foreach (var book in told.EnumerateArray())
                    Take(book);
            }
            else
            {
                Take(told);
            }
        }
        return this;
    }

    private void Take(JsonElement told)
    {
        Events.Add(told);
        switch (Kind(told))
        {
            case "book":
                var levels = _books[Token(told)] = new Levels();
                foreach (var level in told.GetProperty("bids").EnumerateArray())
                    levels.Bids[Number(level, "price")] = Number(level, "size");
                foreach (var level in told.GetProperty("asks").EnumerateArray())
                    levels.Asks[Number(level, "price")] = Number(level, "size");
                Whole.Add((Token(told), Text(levels)));
                break;
            case "price_change":
                foreach (var change in told.GetProperty("price_changes").EnumerateArray())
                    Change(change);
                break;
            case "gateway.stale":
                Stale.Add(Token(told));
                break;
            case "gateway.resync":
                Stale.Remove(Token(told));
                break;
        }
    }

    private void Change(JsonElement change)
    {
        if (!_books.TryGetValue(Token(change), out var levels))
            return;
        var side = change.GetProperty("side").GetString() == "BUY" ? levels.Bids : levels.Asks;
        if (Number(change, "size") == 0)
            side.Remove(Number(change, "price"));
        else
            side[Number(change, "price")] = Number(change, "size");
    }

    private static string Text(Levels levels) =>
        BookHistory.Text(levels.Bids.Select(static level => (level.Key, level.Value)), levels.Asks.Reverse().Select(static level => (level.Key, level.Value)));

    private static string Token(JsonElement told) => told.GetProperty("asset_id").GetString()!;

    private static decimal Number(JsonElement level, string name) => decimal.Parse(level.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static string Listed(IEnumerable<string> tokens) => string.Join(',', tokens.Select(static id => $"\"{id}\""));
}
