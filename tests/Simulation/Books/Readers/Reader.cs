using System.Text;
using System.Text.Json;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;
using Oddswire.Simulation.Gateways.Clients;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Books.Readers;

/// <summary>
/// A program that reads order books: it says which tokens, changes its mind, and keeps their books as any client does. What it was told is what
/// the gateway wrote into its socket, in that order, whenever it gets round to reading it.
/// </summary>
internal sealed class Reader(World world, BookWorkload books, int number, bool extended)
    : Visitor(world, () => books.Open, world.Seed.For($"reader {number}"))
{
    private readonly Dictionary<string, ReaderBook> _books = [];
    private readonly SortedDictionary<string, TimeSpan> _wanted = new(StringComparer.Ordinal);

    internal int Number { get; } = number;

    /// <summary>What it follows, and since when it has asked for it on this socket.</summary>
    internal IReadOnlyDictionary<string, TimeSpan> Wanted => _wanted;

    internal bool IsServed => Link?.Session is not null;

    internal ReaderBook? BookOf(string token) => _books.GetValueOrDefault(token);

    internal void Follow(IEnumerable<string> tokens)
    {
        string[] added = [.. tokens.Where(token => !_wanted.ContainsKey(token)).Distinct()];
        foreach (var token in added)
            _wanted.Add(token, World.Clock.Elapsed);
        if (IsServed && added.Length > 0)
            Say("subscribe", added);
    }

    internal void Unfollow(string token)
    {
        _wanted.Remove(token);
        _books.Remove(token);
        World.Observe(new ReaderObservation.Left(this, Link, token));
        if (IsServed)
            Say("unsubscribe", [token]);
    }

    protected override Accept Knock(IClientConnection link, ActorRef<ActorRef<SessionMessage>> reply) =>
        new(new SocketClient(books.Key, "127.0.0.1", extended, link) { Protocol = SessionProtocol.ClobMarket }, reply);

    protected override void Entered(SimLink link)
    {
        link.Written = text => Told(link, text);
        World.Observe(new ReaderObservation.Connected(this, link.Process));
        foreach (var token in _wanted.Keys.ToArray())
            _wanted[token] = World.Clock.Elapsed;
        Send($$"""{"assets_ids":[{{Listed(_wanted.Keys)}}],"type":"market","custom_feature_enabled":true}""");
    }

    /// <summary>Its books were kept when they were written.</summary>
    protected override void Heard(Arrival.Frame frame) { }

    protected override void Ended(SimLink link, int? code)
    {
        link.Written = null;
        _books.Clear();
        World.Observe(new ReaderObservation.Disconnected(this, link, code));
        if (code != 1000)
            return;
        // All of it has settled: something else is of interest now.
        _wanted.Clear();
        Follow(books.Trading.Take(4).Select(static token => token.Id));
    }

    private void Told(SimLink link, ReadOnlyMemory<byte> text)
    {
        if (text.Span[0] is not ((byte)'[' or (byte)'{'))
            return;
        using var json = JsonDocument.Parse(text);
        if (json.RootElement.ValueKind != JsonValueKind.Array)
        {
            Told(link, json.RootElement);
            return;
        }
        foreach (var book in json.RootElement.EnumerateArray())
            Told(link, book);
    }

    private void Told(SimLink link, JsonElement what)
    {
        var told = new MarketTold(what);
        if (told is { Kind: "book", Token: { } token } && _wanted.ContainsKey(token))
            _books[token] = _books.GetValueOrDefault(token) is { } before ? before.Replaced(told) : new ReaderBook(told, World.Clock.Elapsed);
        foreach (var change in told.Changes)
            _books.GetValueOrDefault(change.Token)?.Apply(change);
        World.Observe(new ReaderObservation.Told(this, link, told));
    }

    private void Say(string operation, IEnumerable<string> tokens) =>
        Send($$"""{"operation":"{{operation}}","assets_ids":[{{Listed(tokens)}}],"custom_feature_enabled":true}""");

    private void Send(string text) => Link?.Send(Encoding.ASCII.GetBytes(text));

    private static string Listed(IEnumerable<string> tokens) => string.Join(',', tokens.Select(static token => $"\"{token}\""));

    public override string ToString() => $"reader-{Number}{(extended ? "x" : "")}";
}
