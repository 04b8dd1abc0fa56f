using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Actors.Ledger;
using Oddswire.Host.Downstream;
using Oddswire.Host.Storage.Retention;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Host.Tests.Storage.Retention;
using Oddswire.Host.Tests.Storage.Sqlite;
using Oddswire.Messages.Keys;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Xunit;

namespace Oddswire.Host.Tests.Downstream;

/// <summary>Somebody reads the audit trail page by page while the journal is written, and cut.</summary>
public sealed class AuditApiTests : IAsyncLifetime
{
    private static readonly LedgerCodec Codec = new();

    private readonly StoreFolder _folder = new();
    private readonly WallClock _clock = new();
    private SqliteJournal _journal = null!;
    private JournalRetention _retention = null!;
    private AuditApi _audit = null!;
    private Fence _fence;
    private long _written;

    public async ValueTask InitializeAsync()
    {
        var store = _folder.Open(time: _clock);
        _journal = new SqliteJournal(store);
        _fence = (await new SqliteLeases(store, _clock).Seize("gateway", new("node-1", 1), TimeSpan.FromMinutes(1))).Fence;
        var rows = new SqliteJournalRows(store.Readers, _folder.Options);
        _retention = new(new SqliteJournalCuts(store, _journal), rows, TimeSpan.FromDays(1), long.MaxValue, _fence, _clock, NullLogger.Instance);
        _audit = new AuditApi(rows);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private async Task Write(int facts)
    {
        for (var n = 0; n < facts; n++)
        {
            var bytes = new ArrayBufferWriter<byte>();
            Codec.WriteEvent(new LedgerEvent.Fact(_clock.Now.ToUnixTimeMilliseconds(), "rtds", "lost", (++_written).ToString(CultureInfo.InvariantCulture)), bytes);
            await _journal.Append([new(LedgerActor.Stream, _written, _fence, _written, bytes.WrittenMemory)]);
        }
        var state = new ArrayBufferWriter<byte>();
        Codec.WriteState(LedgerState.Empty, state);
        await _journal.SaveSnapshot(new(LedgerActor.Stream, _written, _fence, _written, state.WrittenMemory));
    }

    private async Task<JsonElement> Ask(string query)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString("?" + query);
        var answer = await _audit.List(new Call(http, new Key("ops", Tier.Dev, ["operate"], new KeyLimits(1, 1, false, 1, 1, 1)), ""));
        Assert.Equal(200, answer.Status);
        return JsonElement.Parse(answer.Body.Span);
    }

    private static IEnumerable<string?> Reasons(JsonElement page) => page.GetProperty("entries").EnumerateArray().Select(static entry => entry.GetProperty("reason").GetString());

    [Fact]
    public async Task A_cursor_stays_good_over_a_cut_and_every_page_says_since_when_the_trail_is_complete()
    {
        await Write(6);
        _clock.Now += TimeSpan.FromDays(3);
        await Write(4);
        var page = await Ask("limit=2");
        Assert.Equal(["1", "2"], Reasons(page));
        Assert.Equal(JsonValueKind.Null, page.GetProperty("complete_since").ValueKind);
        var end = (await Ask("follow=1&limit=100")).GetProperty("next").GetString();

        Assert.Equal(6, await _retention.Cut(TestContext.Current.CancellationToken));
        page = await Ask($"limit=3&after={page.GetProperty("next").GetString()}");
        Assert.Equal(["7", "8", "9"], Reasons(page));
        Assert.Equal(_clock.Now.AddDays(-1), page.GetProperty("complete_since").GetDateTimeOffset());
        Assert.All(page.GetProperty("entries").EnumerateArray(), static entry => Assert.Equal("node-1", entry.GetProperty("node").GetString()));

        await Write(1);
        var followed = await Ask($"follow=1&after={end}");
        Assert.Equal(["journal.cut", "feed.lost"], followed.GetProperty("entries").EnumerateArray().Select(static entry => entry.GetProperty("kind").GetString()));
        Assert.Equal(6, followed.GetProperty("entries")[0].GetProperty("command").GetProperty("entries").GetInt32());
    }

    [Fact]
    public async Task A_time_is_found_without_reading_what_was_before_it()
    {
        await Write(30);
        _clock.Now += TimeSpan.FromHours(1);
        var since = _clock.Now;
        await Write(3);
        _clock.Now += TimeSpan.FromHours(1);
        await Write(2);
        Assert.Equal(["31", "32", "33", "34", "35"], Reasons(await Ask($"since={since:yyyy-MM-ddTHH:mm:ss.fffZ}")));
        Assert.Equal(["31", "32", "33"], Reasons(await Ask($"since={since:yyyy-MM-ddTHH:mm:ss.fffZ}&until={since.AddMinutes(1):yyyy-MM-ddTHH:mm:ss.fffZ}")));
        Assert.Equal(["34", "35"], Reasons(await Ask($"since={since.AddMilliseconds(1):yyyy-MM-ddTHH:mm:ss.fffZ}")));
    }
}
