using System.Buffers;
using System.Text;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;
using Xunit;
using Side = Oddswire.Messages.Values.Side;

namespace Oddswire.Simulator.Tests.Venues;

// Books as the gateway's codecs read them out of the simulator's frames, and as its hash sees them: both hands have to write the same text.
public sealed class ClobTwoHandsTests
{
    private readonly StandInRun _run = new(new WorldSettings { Window = TimeSpan.FromSeconds(60) });

    [Fact]
    public void The_gateway_reads_the_books_that_the_world_has()
    {
        var tokens = _run.World.Markets.Open.SelectMany(static market => market.Tokens).ToList();
        var client = Connect(tokens);
        _run.Run(40);
        var books = Read(client, out var verified, out var failed);
        foreach (var token in tokens.Where(static token => token.Market.State == MarketState.Open))
        {
            var (bids, asks) = books[WireText.Parse<TokenId>(token.Id)];
            Assert.Equal(token.Market.Book.Bids(token.Index).Select(Level), bids.Values);
            Assert.Equal(token.Market.Book.Asks(token.Index).Select(Level), asks.Values.Reverse());
        }
        Assert.InRange(verified, 500, int.MaxValue);
        // A trade is in the hash before it is told, as at the venue.
        Assert.InRange(failed, 0, verified / 4);
    }

    [Theory]
    [InlineData(FaultKind.SkipChange)]
    [InlineData(FaultKind.Crossed)]
    public void A_fault_in_the_changes_shows_in_the_hashes(FaultKind kind)
    {
        var client = Connect([.. _run.World.Markets.Open[0].Tokens]);
        _run.Run(5);
        Read(client, out _, out var before);
        _run.StandIn.Faults.Inject(new Fault("clob-market", kind) { Share = 0.2 });
        _run.Run(10);
        Read(client, out _, out var after);
        Assert.True(after > before + 20, $"{before} before, {after} after");
    }

    [Fact]
    public void A_stale_snapshot_is_an_older_book()
    {
        var token = _run.World.Markets.Open[0].Tokens[0];
        Connect([token]);
        _run.Run(5);
        _run.StandIn.Faults.Inject(new Fault("clob-market", FaultKind.StaleSnapshot));
        var read = Only(Connect([token]));
        Assert.True(read.Timestamp < _run.StandIn.Now.ToUnixTimeMilliseconds() - 4_000);
    }

    private static ClobMarketEvent Only(Client client)
    {
        var read = new ClobMarketEvent();
        Assert.True(new ClobMarketReader(client.Frames[0].Frame.Payload()).Read(read));
        return read;
    }

    private Client Connect(IReadOnlyList<OutcomeToken> tokens)
    {
        var frame = new ArrayBufferWriter<byte>();
        ClobCommandCodec.EncodeOpen([.. tokens.Select(static token => WireText.Parse<TokenId>(token.Id))], customFeatures: false, frame);
        return _run.Connect("clob-market").Say(Encoding.UTF8.GetString(frame.WrittenSpan));
    }

    private Dictionary<TokenId, (SortedDictionary<long, BookLevel> Bids, SortedDictionary<long, BookLevel> Asks)> Read(Client client, out int verified, out int failed)
    {
        (verified, failed) = (0, 0);
        var books = new Dictionary<TokenId, (SortedDictionary<long, BookLevel> Bids, SortedDictionary<long, BookLevel> Asks)>();
        var last = new Dictionary<TokenId, WrittenDecimal?>();
        var read = new ClobMarketEvent();
        foreach (var payload in client.Frames.Select(static frame => frame.Frame.Payload()))
        {
            var reader = new ClobMarketReader(payload);
            while (reader.Read(read))
            {
                Assert.NotEqual(ClobEventKind.Malformed, read.Kind);
                if (read is { Kind: ClobEventKind.Book, Token: { } token })
                {
                    books[token] = (Sorted(read.Bids), Sorted(read.Asks));
                    if (read.TickSize is not null) last[token] = read.LastTradePrice;
                    Count(token, read.Hash, ref verified, ref failed);
                }
                else if (read is { Kind: ClobEventKind.LastTrade, Token: { } traded })
                {
                    last[traded] = new(read.Price!.Value.Micros, 3);
                }
                foreach (var change in read.Changes)
                {
                    var side = change.Side == Side.Buy ? books[change.Token].Bids : books[change.Token].Asks;
                    if (change.Level.Size.Micros == 0) side.Remove(change.Level.Price.Micros);
                    else side[change.Level.Price.Micros] = change.Level;
                }
                foreach (var change in read.Changes.TakeLast(2)) Count(change.Token, change.Hash, ref verified, ref failed);
            }
        }
        return books;

        void Count(TokenId token, BookHash? told, ref int well, ref int ill)
        {
            var market = _run.World.Markets.Token(token.ToString())!.Market;
            var terms = new BookTerms
            {
                MinOrderSize = WireText.Parse<WrittenDecimal>("5"),
                TickSize = WireText.Parse<WrittenDecimal>(market.Plan.Tick == 100 ? "0.01" : "0.001"),
                NegativeRisk = market.Plan.NegRisk,
                LastTradePrice = last.GetValueOrDefault(token),
                IsV2 = market.Plan.ProtocolV2,
            };
            var hash = ClobBookHash.Of(
                WireText.Parse<ConditionId>(market.ConditionId), token, read.Timestamp, [.. books[token].Bids.Values], [.. books[token].Asks.Values.Reverse()], terms);
            if (hash == told) well++;
            else ill++;
        }
    }

    private static SortedDictionary<long, BookLevel> Sorted(IEnumerable<BookLevel> levels) => new(levels.ToDictionary(static level => level.Price.Micros));

    private static BookLevel Level(RestingLevel level) => new(
        WireText.Parse<WrittenDecimal>((level.Price / 10_000m).ToString("0.####", System.Globalization.CultureInfo.InvariantCulture)),
        WireText.Parse<WrittenDecimal>((level.Size / 100m).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture)));
}
