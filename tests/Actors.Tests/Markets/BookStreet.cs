using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;
using Oddswire.Simulation.Books.Venues;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulator;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Oddswire.TestKit;

namespace Oddswire.Actors.Tests.Markets;

/// <summary>The stand-in's order book venue on a test's clock, and every book that it ever had.</summary>
internal sealed class BookStreet : Street, IUpstream, IBookSource
{
    private readonly TestSystem _kit;
    private readonly BookHistory _history;

    internal BookStreet(TestSystem kit, WorldSettings settings) : base(kit.Clock, new SimulatorSettings { World = settings })
    {
        _kit = kit;
        _history = new BookHistory(this, kit.Clock);
    }

    internal int Dials { get; private set; }
    internal int Questions { get; private set; }

    internal SocketVenue Venue => StandIn.Venues.OfType<SocketVenue>().Single(static venue => venue.Name == "clob-market");

    internal IReadOnlyList<Market> Open => StandIn.World.Markets.Open;

    internal static string BookOf(OutcomeToken token) => BookHistory.BookOf(token);

    internal void Strike(FaultKind kind, double? seconds = null, Func<Fault, Fault>? with = null) => Strike("clob-market", kind, seconds, with);

    /// <summary>Whether the venue's book of this token was ever so.</summary>
    internal bool Had(string token, string book) => _history.Had(token, book);

    public ValueTask<IUpstreamSocket> Dial(UpstreamAddress address, CancellationToken cancel)
    {
        Dials++;
        return StreetSocket.Open(this, "clob-market", Simulator.Venues.Dial.To(""), Never<IUpstreamSocket>);
    }

    public ValueTask<ImmutableArray<BookSeed>> Find(ImmutableArray<TokenId> tokens, CancellationToken cancel)
    {
        Questions++;
        var body = new ArrayBufferWriter<byte>();
        ClobRestCodec.EncodeBooks(tokens.AsSpan(), body);
        var answer = Use(standIn => standIn.Ask("clob-market", new HttpQuestion("POST", "/books", [], "test", body.WrittenMemory.ToArray())));
        if (answer.Fate == AnswerFate.Hangs)
            return new(Never<ImmutableArray<BookSeed>>());
        if (answer.Fate == AnswerFate.Sent && answer.Status == 200 && ClobRestCodec.TryDecodeBooks(answer.Body.Span, out var books, out _))
            return new(books);
        return ValueTask.FromException<ImmutableArray<BookSeed>>(new HttpRequestException($"HTTP {answer.Status}"));
    }

    /// <summary>Until the client gives up: after five seconds, as its HTTP client does.</summary>
    private async Task<T> Never<T>()
    {
        await Task.Delay(TimeSpan.FromSeconds(5), _kit.Clock);
        throw new TimeoutException();
    }
}
