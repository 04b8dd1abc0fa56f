using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;
using Oddswire.Simulator;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Oddswire.TestKit;

namespace Oddswire.Actors.Tests.Markets;

/// <summary>The stand-in's order book venue on a test's clock, and every book that it ever had.</summary>
internal sealed class BookStreet : IUpstream, IBookSource
{
    private readonly TestSystem _kit;
    private readonly ITimer _timer;
    private readonly Dictionary<string, HashSet<string>> _history = [];
    private readonly Dictionary<string, DateTimeOffset> _seen = [];

    internal BookStreet(TestSystem kit, WorldSettings settings)
    {
        _kit = kit;
        StandIn = new StandIn(settings, ManualClock.Epoch - TimeSpan.FromMinutes(1));
        StandIn.Advance(ManualClock.Epoch);
        _timer = kit.Clock.CreateTimer(_ => Use(static _ => true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Use(static _ => true);
    }

    internal StandIn StandIn { get; }
    internal int Dials { get; private set; }
    internal int Questions { get; private set; }

    internal SocketVenue Venue => StandIn.Venues.OfType<SocketVenue>().Single(static venue => venue.Name == "clob-market");

    internal IReadOnlyList<Market> Open => StandIn.World.Markets.Open;

    internal void Strike(FaultKind kind, double? seconds = null, Func<Fault, Fault>? with = null)
    {
        var fault = new Fault("clob-market", kind) { For = seconds is { } length ? TimeSpan.FromSeconds(length) : null };
        Use(standIn => standIn.Faults.Inject(with?.Invoke(fault) ?? fault));
    }

    internal void Heal() => Use(static standIn =>
    {
        standIn.Faults.HealAll();
        return true;
    });

    internal T Use<T>(Func<StandIn, T> what)
    {
        StandIn.Advance(ManualClock.Epoch + _kit.Clock.Elapsed);
        var result = what(StandIn);
        Note();
        var wait = StandIn.NextDue - (ManualClock.Epoch + _kit.Clock.Elapsed);
        if (wait is { } after)
            _timer.Change(after > TimeSpan.Zero ? after : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return result;
    }

    /// <summary>Whether the venue's book of this token was ever so.</summary>
    internal bool Had(string token, string book) => _history.TryGetValue(token, out var all) && all.Contains(book);

    internal static string BookOf(OutcomeToken token) => Text(
        token.Market.Book.Bids(token.Index).Select(static level => (level.Price / 10_000m, level.Size / 100m)),
        token.Market.Book.Asks(token.Index).Select(static level => (level.Price / 10_000m, level.Size / 100m)));

    internal static string Text(IEnumerable<(decimal Price, decimal Size)> bids, IEnumerable<(decimal Price, decimal Size)> asks) =>
        $"{string.Join(' ', bids.Select(Text))} | {string.Join(' ', asks.Select(Text))}";

    private static string Text((decimal Price, decimal Size) level) => $"{level.Price:0.####}x{level.Size:0.##}";

    private void Note()
    {
        foreach (var market in StandIn.World.Markets.All)
        {
            foreach (var token in market.Tokens)
            {
                if (_seen.GetValueOrDefault(token.Id) == market.Book.ChangedAt)
                    continue;
                _seen[token.Id] = market.Book.ChangedAt;
                if (!_history.TryGetValue(token.Id, out var all))
                    _history.Add(token.Id, all = []);
                all.Add(BookOf(token));
            }
        }
    }

    public ValueTask<IUpstreamSocket> Dial(UpstreamAddress address, CancellationToken cancel)
    {
        Dials++;
        var socket = new StreetSocket(what => Use(_ =>
        {
            what();
            return true;
        }));
        var handshake = Use(standIn => standIn.Open("clob-market", Simulator.Venues.Dial.To(""), socket));
        if (handshake.Connection is { } connection)
            socket.Connection = connection;
        else if (handshake.Refusal is { } refusal)
            return ValueTask.FromException<IUpstreamSocket>(new DialFailedException(refusal.Message)
            {
                Status = refusal.Status,
                RetryAfter = refusal.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            });
        else
            return new(Never<IUpstreamSocket>());
        return new(socket);
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
