using Oddswire.Actors.Ports;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

public sealed class SqliteTapeTests : DurableTapeSpec, IAsyncDisposable
{
    private const string SizeThereIs = "select (select sum(length(data)) from tape) + (select coalesce(sum(length(data)), 0) from reel_name)";

    private readonly StoreFolder _folder = new();
    private ITape _tape;

    public SqliteTapeTests() => _tape = New(_folder.Open(), TimeSpan.FromHours(72), 10_000_000_000);

    protected override ITape Tape => _tape;

    [Fact]
    public async Task A_tape_of_the_second_schema_knows_its_size_after_the_move()
    {
        await Append(1, 2, 3);
        await _folder.Close();
        _folder.Raw(OlderSchema.Second);
        var store = _folder.Open();
        _tape = New(store, TimeSpan.FromHours(72), 10_000_000_000);
        await AssertHistory(3, 2, 1);
        Assert.Equal(await store.Scalar(SizeThereIs), await store.Scalar("select bytes from tape_state"));
    }

    [Fact]
    public async Task The_size_on_record_is_the_size_there_is_whatever_happened()
    {
        var store = await ReopenStore(TimeSpan.FromHours(1), 1L << 40);
        await Append([.. Enumerable.Range(1, 1_000).Select(n => TapeFills.Entry(n, fill => fill with { Block = null, Market = MarketText.Unknown }))]);
        for (var n = 1; n <= 1_000; n += 3) await Confirm(TapeFills.Entry(n));
        await Append(1, 2);
        await Confirm(TapeFills.Entry(5_000));
        Clock.WallOffset = TimeSpan.FromSeconds(3_600 + 700);
        for (var n = 0; n < 100; n++) await Remove(n, 999);
        Assert.Equal(700L, (await Tape.Open()).Oldest);
        Assert.Equal(await store.Scalar(SizeThereIs), await store.Scalar("select bytes from tape_state"));
    }

    [Fact]
    public async Task Names_that_a_commit_told_which_failed_are_told_again_by_the_next()
    {
        var store = await ReopenStore(TimeSpan.FromHours(72), 1L << 40);
        await Append([Named(1)]);
        await Pragma($"max_page_count = {await Pragma("page_count")}");
        await Assert.ThrowsAsync<TapeUnavailableException>(() => Append([.. Enumerable.Range(2, 400).Select(Named)]).AsTask());
        await Pragma("max_page_count = 1000000");
        var others = Enumerable.Range(2, 400).Select(static n => TapeFills.Entry(n, fill => fill with { Market = TapeFills.Market(403 - n) })).ToArray();
        await Append([.. others]);
        Assert.Equal(others.Select(Plain), (await Read(1, most: 1_000)).Entries.Select(Plain));
        Assert.Equal(Plain(Named(1)), Plain((await Tape.At([1])).Single()));

        static TapeEntry Named(int n) => TapeFills.Entry(n, fill => fill with { Market = TapeFills.Market(n) });
        Task<object?> Pragma(string pragma) => store.Writer.Run(transaction => transaction.Session.Prepared($"pragma {pragma}").ExecuteScalar());
    }

    [Fact]
    public async Task A_market_may_be_named_anew_on_a_reel_and_on_one_that_is_closed()
    {
        await Append([.. Enumerable.Range(1, 5_000).Select(static n => TapeFills.Entry(n, static fill => fill with { Market = MarketText.Unknown }))]);
        foreach (var n in new[] { 1, 4_096, 4_097, 2, 5_000 }) await Confirm(TapeFills.Entry(n, fill => fill with { Market = TapeFills.Market(n) }));
        await Reopen(TimeSpan.FromHours(72), 1L << 40);
        foreach (var n in new[] { 3, 4_098, 4_999 }) await Confirm(TapeFills.Entry(n, fill => fill with { Market = TapeFills.Market(n) }));
        foreach (var n in new[] { 1, 2, 3, 4_096, 4_097, 4_098, 4_999, 5_000 })
        {
            Assert.Equal([(long)n], Offsets((await Tape.Query(TapeFills.Everything with { Slug = $"market-{n}" })).Entries));
            Assert.Equal(Plain(TapeFills.Entry(n, fill => fill with { Market = TapeFills.Market(n) })), Plain((await Tape.At([n])).Single()));
        }
    }

    public static TheoryData<string> OlderSchemas => [nameof(OlderSchema.Eighth), nameof(OlderSchema.Ninth)];

    [Theory]
    [MemberData(nameof(OlderSchemas))]
    public async Task A_tape_of_an_older_schema_has_its_whole_history_after_the_move(string schema)
    {
        await AppendMixed(1, 9_000);
        await Remove(1, 5_000, 8_999);
        var before = await Answers();
        await _folder.Close();
        _folder.Raw(schema == nameof(OlderSchema.Eighth) ? OlderSchema.Eighth : OlderSchema.Ninth);
        _tape = New(_folder.Open(), TimeSpan.FromHours(72), 10_000_000_000);
        Assert.Equal(before, await Answers());
        Assert.Equal(new TapeHead(1, 1, 9_000, null, null), await Tape.Open());
        await Confirm(TapeFills.Entry(7, TapeFills.Mixed));    // JSON until now
        await Confirm(TapeFills.Entry(8_998, TapeFills.Mixed));
        Assert.Equal(before, await Answers());
        await AppendMixed(9_001, 4_000);
        Assert.Equal(12_997, (await Tape.Query(TapeFills.Everything)).Total);
    }

    [Fact]
    public async Task What_changes_on_a_closed_reel_is_found_where_it_is_now_and_nowhere_else()
    {
        await AppendMixed(1, 10_000);
        await Confirm(TapeFills.Entry(7, static fill => fill with { Market = TapeFills.Market(77), Timestamp = TapeFills.Start + 20_000 }));
        await Remove(8);
        await Remove(8, 9);
        await Confirm(TapeFills.Entry(9, TapeFills.Mixed));
        await Confirm(TapeFills.Entry(10, TapeFills.Mixed));
        Assert.Equal([7L], Offsets((await Tape.Query(TapeFills.Everything with { Slug = "market-77" })).Entries));
        Assert.Equal([7L, 10_000L], Offsets((await Tape.Query(TapeFills.Everything with { Limit = 2 })).Entries));
        Assert.Equal(9_999, (await Tape.Query(TapeFills.Everything)).Total);
        Assert.Equal([9L, 10L], Offsets((await Tape.Query(TapeFills.Everything with { From = TapeFills.Start + 7, To = TapeFills.Start + 10 })).Entries).Reverse());
        Assert.Equal((await Answers())[0], await AfterReopening());

        async Task<string> AfterReopening()
        {
            await Reopen(TimeSpan.FromHours(72), 1L << 40);
            return (await Answers())[0];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Over_many_reels_every_question_is_answered_as_one_look_through_all_rows_would(int seed)
    {
        var random = new Random(seed);
        var fills = new List<TapeEntry>();
        for (var n = 1; n <= 13_000; n++)
        {
            // Mostly in order, some of an hour ago: reels overlap in time.
            var time = TapeFills.Start + (n / 3) - (random.Next(50) == 0 ? random.Next(3_600) : 0);
            fills.Add(TapeFills.Entry(n, fill => fill with { Timestamp = time, User = TapeFills.Wallet(random.Next(40)), Token = TapeFills.Token(random.Next(9)), Market = random.Next(5) is var m && m == 0 ? MarketText.Unknown : TapeFills.Market(m) }));
        }
        foreach (var some in fills.Chunk(700)) await Append([.. some]);
        var gone = Enumerable.Range(0, 300).Select(_ => (long)random.Next(1, 13_000)).ToHashSet();
        await Remove([.. gone]);
        var rows = fills.Where(entry => !gone.Contains(entry.Position!.Value.Offset)).OrderByDescending(static entry => (entry.Fill.Timestamp, entry.Position!.Value.Offset)).ToList();
        for (var asked = 0; asked < 60; asked++)
        {
            var at = rows[random.Next(rows.Count)];
            var query = new OrderQuery(
                random.Next(2) == 0 ? TapeFills.Wallet(random.Next(41)) : null, random.Next(4) == 0 ? $"market-{random.Next(6)}" : null,
                random.Next(4) == 0 ? TapeFills.Condition(random.Next(6)) : null, random.Next(4) == 0 ? TapeFills.Token(random.Next(10)) : null,
                random.Next(3) == 0 ? TapeFills.Start + random.Next(4_500) : null, random.Next(3) == 0 ? TapeFills.Start + random.Next(4_500) : null,
                1 + random.Next(200), random.Next(3) == 0 ? random.Next(6_000) : 0, random.Next(3) == 0 ? new(at.Fill.Timestamp, at.Position!.Value.Offset) : null);
            var all = rows.Where(row => (query.User is null || query.User == row.Fill.User) && (query.Token is null || query.Token == row.Fill.Token)
                && (query.Condition is null || query.Condition == row.Fill.Market.Condition) && (query.Slug is null || query.Slug == row.Fill.Market.Slug)
                && !(row.Fill.Timestamp < query.From) && !(row.Fill.Timestamp > query.To)).ToList();
            var rest = query.After is { } after
                ? all.Where(row => (row.Fill.Timestamp, row.Position!.Value.Offset).CompareTo((after.Timestamp, after.Offset)) < 0).ToList()
                : [.. all.Skip(query.Offset)];
            var page = await Tape.Query(query);
            Assert.Equal(rest.Take(query.Limit).Select(static row => row.Position!.Value.Offset), Offsets(page.Entries));
            Assert.Equal((all.Count, rest.Count > query.Limit), (page.Total, page.HasMore));
        }
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    protected override async Task Reopen(TimeSpan keep, long max) => await ReopenStore(keep, max);

    private async Task<SqliteStore> ReopenStore(TimeSpan keep, long max)
    {
        await _folder.Close();
        var store = _folder.Open();
        _tape = New(store, keep, max);
        return store;
    }

    private async Task AppendMixed(int first, int count)
    {
        foreach (var some in Enumerable.Range(first, count).Chunk(2_000)) await Append([.. some.Select(static n => TapeFills.Entry(n, TapeFills.Mixed))]);
    }

    // What REST would say: the total and the newest rows.
    private async Task<List<string>> Answers()
    {
        OrderQuery everything = TapeFills.Everything with { Limit = 1_000 };
        var answers = new List<string>();
        foreach (var query in new[]
        {
            everything, everything with { Offset = 5_000 }, everything with { User = TapeFills.Wallet(1) }, everything with { Slug = "market-3" },
            everything with { Condition = TapeFills.Condition(2), From = TapeFills.Start + 2_000, To = TapeFills.Start + 6_000 }, everything with { Token = TapeFills.Token(5), User = TapeFills.Wallet(2) },
        })
        {
            var page = await Tape.Query(query);
            answers.Add($"{page.Total} {page.HasMore} {string.Join(' ', page.Entries.Select(Plain))}");
        }
        return answers;
    }

    private SqliteTape New(SqliteStore store, TimeSpan keep, long max) => new(store, new TapeRetention(keep, max, Clock));
}
