using System.Collections.Immutable;
using Oddswire.Actors.Tape;
using Oddswire.Messages.Catalog;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Tape;

public sealed class TapeActorTests
{
    private static readonly SourceId Chain = new("polygon", 1);
    private static readonly SourceId Rtds = new("rtds", 1);

    private readonly TestSystem _kit = new();
    private readonly FaultyTape _store = new();
    private readonly Probe<CatalogMessage> _catalog;
    private readonly Probe<LedgerMessage> _ledger;
    private readonly Probe<HubMessage> _wallets;
    private readonly Probe<HubMessage> _markets;
    private readonly Probe<ChainQuestion> _fetch;
    private ActorRef<TapeMessage> _tape;
    private int _started;

    public TapeActorTests()
    {
        _catalog = _kit.Probe<CatalogMessage>();
        _ledger = _kit.Probe<LedgerMessage>();
        _wallets = _kit.Probe<HubMessage>();
        _markets = _kit.Probe<HubMessage>();
        _fetch = _kit.Probe<ChainQuestion>();
        _tape = Start();
    }

    private ActorRef<TapeMessage> Start(TapeRules? rules = null)
    {
        var wiring = new TapeWiring(_store, ++_started, static fill => new byte[100], _catalog, _ledger, [_wallets, _markets]);
        var tape = _kit.Spawn(() => new TapeActor(rules ?? new TapeRules(), wiring), $"tape-{_started}");
        _kit.Settle();
        return tape;
    }

    private void ChainUp() => Tell(new TapeMessage.SourceUp(Chain, SourceKind.Chain, _fetch));

    private void Tell(TapeMessage message)
    {
        _tape.Tell(message);
        _kit.Settle();
    }

    private void Row(Fill fill) => Tell(new TapeMessage.Observed(Rtds, [new Observation.Row(fill, "trades")]));
    private void Logs(params ImmutableArray<Observation> what) => Tell(new TapeMessage.Observed(Chain, what));
    private static Observation.Log Log(int tx, int index = 1) => new(Made.Log(tx, index) with { Market = Made.Market });

    /// <summary>What was published since the last look; every batch is passed at once.</summary>
    private List<TapeEntry> Published()
    {
        List<TapeEntry> entries = [];
        while (_wallets.Drain() is [HubMessage.Publish publish])
        {
            entries.AddRange(publish.Batch.Entries);
            publish.ReplyTo.Tell(new TapeMessage.Passed(publish.Batch.Number, []));
            publish.ReplyTo.Tell(new TapeMessage.Passed(publish.Batch.Number, []));
        }
        return entries;
    }

    private async Task<ImmutableArray<TapeEntry>> Stored() => await _store.Stored.Newest(1_000);
    private async Task<TapeHead> Head() => await _kit.Ask<TapeMessage, TapeHead>(_tape, reply => new TapeMessage.GetHead(reply));

    /// <summary>The gaps that were told since the last look. They are on record now.</summary>
    private List<Gap> Recorded()
    {
        var facts = _ledger.Drain().OfType<LedgerMessage.GapFact>().ToList();
        foreach (var fact in facts)
            fact.ReplyTo!.Tell(fact.Gap.Id);
        _kit.Settle();
        return [.. facts.Select(fact => fact.Gap)];
    }

    private IEnumerable<string> Facts() => _ledger.Drain().OfType<LedgerMessage.FeedFact>().Select(fact => fact.Kind);

    [Fact]
    public async Task A_fill_is_on_the_tape_before_anybody_sees_it()
    {
        ChainUp();
        _store.Hold();
        Logs(Log(1));
        Assert.Empty(Published());
        Assert.Empty(await Stored());
        _store.LetGo();
        Assert.Equal([new Position(1, 1)], Published().Select(entry => entry.Position!.Value));
        Assert.Single(await Stored());
    }

    [Fact]
    public void The_next_batch_leaves_when_every_directory_has_passed_the_last_and_then_each_session_has_its_share_whole()
    {
        var session = _kit.Probe<SessionMessage>();
        var random = new Random(1);
        var box = new Letterbox(session);
        var (one, other) = (Route(), Route());
        ChainUp();
        Logs(Log(1));
        var first = _wallets.Expect<HubMessage.Publish>().Batch;
        Assert.Same(first, _markets.Expect<HubMessage.Publish>().Batch);
        Logs(Log(2));
        Logs(Log(3));
        Tell(new TapeMessage.Passed(first.Number, [new[] { new Found(one, [0]) }]));
        _wallets.ExpectNothing();
        session.ExpectNothing();
        Tell(new TapeMessage.Passed(first.Number, [new[] { new Found(other, [0]) }]));
        var share = session.Expect<SessionMessage.Share>();
        Assert.Equal((first, other, one), (share.Batch, share.Route, share.More!.Route));
        Assert.Null(share.More.More);
        session.ExpectNothing();
        Assert.Equal([2L, 3L], _wallets.Expect<HubMessage.Publish>().Batch.Entries.Select(entry => entry.Position!.Value.Offset));

        Route Route() => new(SubscriptionId.Next(random), OrderFilter.Everything, box);
    }

    [Fact]
    public async Task While_the_store_is_down_fills_are_sent_without_a_position_and_stored_in_order_afterwards()
    {
        ChainUp();
        _store.IsDown = true;
        Logs(Log(1));
        Logs(Log(2));
        Assert.Equal([null, null], Published().Select(entry => entry.Position));
        Assert.Contains("degraded", Facts());
        Assert.True((await Head()).IsBehind);
        _store.IsDown = false;
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Published());
        Assert.Equal([1L, 2L], (await Stored()).Select(entry => entry.Position!.Value.Offset));
        Assert.Contains("recovered", Facts());
        Logs(Log(3));
        Assert.Equal(3, Assert.Single(Published()).Position?.Offset);
        Assert.False((await Head()).IsBehind);
    }

    [Fact]
    public async Task What_a_full_buffer_gave_up_is_swept_again_stored_and_told_as_late()
    {
        _tape = Start(new TapeRules { BufferBytes = 250 });     // two fills, and the third is too many
        ChainUp();
        Tell(new TapeMessage.Swept(Chain, 90, 99, (Made.Start - 2) * 1000));
        _store.IsDown = true;
        Observation.Log[] logs = [Log(1), Log(2), Log(3), Log(4)];
        foreach (var log in logs)
            Logs(log);
        Tell(new TapeMessage.Swept(Chain, 99, 100, Made.Start * 1000));
        Assert.Equal(4, Published().Count);
        _store.IsDown = false;
        _ledger.Drain();
        _kit.Advance(TimeSpan.FromSeconds(1));
        _fetch.Expect(new ChainQuestion.SweepAfter(99));
        var gap = Assert.Single(Recorded());
        Assert.Equal(GapState.Open, gap.State);
        Assert.Equal((2, 99L), ((await Stored()).Length, (await Head()).SweptBlock!.Value));

        Tell(new TapeMessage.Swept(Chain, 101, 102, (Made.Start + 4) * 1000));     // was on its way
        Assert.Equal(99, (await Head()).SweptBlock);
        Logs([.. logs]);
        Tell(new TapeMessage.Swept(Chain, 99, 102, (Made.Start + 4) * 1000));
        Assert.Equal([(3L, true), (4L, true)], Published().Select(entry => (entry.Position!.Value.Offset, entry.Late)));
        Assert.Equal([1L, 2L, 3L, 4L], (await Stored()).Select(entry => entry.Position!.Value.Offset));
        Assert.Equal(102, (await Head()).SweptBlock);
        Assert.Equal(gap with { State = GapState.Filled, Found = 2 }, Recorded()[^1]);
        Assert.False((await Head()).IsBehind);
    }

    [Fact]
    public async Task A_commit_that_takes_too_long_does_not_keep_fills_back()
    {
        ChainUp();
        _store.Hold();
        Logs(Log(1));
        _kit.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Empty(Published());
        _kit.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(Assert.Single(Published()).Position);
        _store.LetGo();
        Assert.Empty(Published());
        Assert.Single(await Stored());
    }

    [Fact]
    public async Task A_row_that_no_log_was_pushed_for_is_fetched_at_once_and_goes_out_by_time()
    {
        ChainUp();
        Row(Made.Row(1));
        _fetch.Expect(new ChainQuestion.Logs(Made.Tx(1)));
        Assert.Empty(Published());
        _kit.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(Assert.Single(Published()).Fill.LogIndex);
        Logs(Log(1));
        var confirmed = Assert.Single(Published());
        Assert.Equal((EntryKind.Confirmed, 1L), (confirmed.Kind, confirmed.Position!.Value.Offset));
        Assert.Equal(1, Assert.Single(await Stored()).Fill.LogIndex);
    }

    [Fact]
    public async Task Taken_back_and_mined_again_in_one_breath_is_on_the_tape()
    {
        ChainUp();
        Logs(Log(1));
        Published();
        Logs(new Observation.LogRemoved(Made.Tx(1), 1, 100), new Observation.Log(Made.Log(1, 1) with { Block = 101 }));
        Assert.Equal([EntryKind.Removed, EntryKind.Confirmed], Published().Select(entry => entry.Kind));
        var stored = Assert.Single(await Stored());
        Assert.Equal((EntryKind.Fill, 101L), (stored.Kind, stored.Fill.Block!.Value));
    }

    [Fact]
    public async Task A_fill_that_came_as_it_goes_out_is_stored_and_published_in_the_bytes_in_which_it_came()
    {
        ChainUp();
        ReadOnlyMemory<byte> data = new byte[7];
        Row(Made.Row(3));
        Logs(Log(1) with { Data = data }, Log(2), Log(3) with { Data = data }, new Observation.Log(Made.Log(4, 1)) { Data = data });
        var published = Published();
        Assert.Equal([Made.Tx(1), Made.Tx(2), Made.Tx(3), Made.Tx(4)], published.Select(entry => entry.Fill.Tx));
        Assert.Equal([true, false, false, false], published.Select(entry => entry.Data.Equals(data)));      // the third met its row, the fourth got its name
        Assert.Equal([7, 100, 100, 100], (await Stored()).Select(entry => entry.Data.Length));
    }

    [Fact]
    public void A_fill_waits_for_its_name_no_longer_than_it_may()
    {
        ChainUp();
        Logs(new Observation.Log(Made.Log(1, 1)), new Observation.Log(Made.Log(2, 1, token: 2)));
        var asked = _catalog.Expect<CatalogMessage.Describe>();
        Assert.Equal([Made.Token(1), Made.Token(2)], asked.Tokens);
        Tell(new TapeMessage.Described([new(Made.Token(1), Made.Market)]));
        Assert.Equal(Made.Market, Assert.Single(Published()).Fill.Market);
        _kit.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal("", Assert.Single(Published()).Fill.Market.Slug);
    }

    [Fact]
    public async Task The_sweep_is_not_stored_before_the_fills_that_it_found()
    {
        ChainUp();
        Logs(new Observation.Log(Made.Log(1, 1)));
        Tell(new TapeMessage.Swept(Chain, 99, 100, Made.Start * 1000));
        Assert.Null((await _store.Stored.Open()).SweptBlock);
        _kit.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(100, (await _store.Stored.Open()).SweptBlock);
        Assert.Single(await Stored());
    }

    /// <summary>Seed 6757 of the simulation: the machine was suspended, its timers lagged behind its calendar, and a planned stop lost the fill.</summary>
    [Fact]
    public async Task The_sweep_is_not_stored_before_a_fill_that_waits_for_its_name_whatever_the_calendar_says()
    {
        ChainUp();
        Logs(new Observation.Log(Made.Log(1, 1)));
        Tell(new TapeMessage.Swept(Chain, 99, 100, Made.Start * 1000));
        _kit.Clock.WallOffset = TimeSpan.FromMinutes(1);
        Logs(Log(2));
        Assert.Null((await _store.Stored.Open()).SweptBlock);
    }

    [Fact]
    public void A_fill_waits_for_its_name_no_longer_when_the_calendar_jumps_back()
    {
        ChainUp();
        Logs(new Observation.Log(Made.Log(1, 1)));
        _kit.Clock.WallOffset = -TimeSpan.FromHours(1);
        _kit.Advance(TimeSpan.FromMilliseconds(100));
        Logs(new Observation.Log(Made.Log(2, 1, token: 2)));
        _kit.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(2, Published().Count);
    }

    [Fact]
    public void An_old_fill_is_marked_late()
    {
        ChainUp();
        _kit.Advance(TimeSpan.FromSeconds(60));
        Logs(Log(1));
        _kit.Advance(TimeSpan.FromSeconds(1));
        Logs(Log(2));
        Assert.Equal([false, true], Published().Select(entry => entry.Late));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Why_a_stored_fill_was_late_is_told_again_when_the_run_before_did_not_get_it_on_record(bool wasOnRecord)
    {
        ChainUp();
        _kit.Advance(TimeSpan.FromSeconds(61));
        Logs(Log(1), new Observation.Log(Made.Log(2, 1) with { Market = Made.Market, Timestamp = Made.Start + 61 }));
        var late = Assert.Single(Recorded());
        Assert.Equal([true, false], Published().Select(entry => entry.Late));
        _tape = Start();
        Assert.Single(_ledger.Drain().OfType<LedgerMessage.GetGaps>()).ReplyTo.Tell(wasOnRecord ? [late] : []);
        _kit.Settle();
        var told = Recorded().Where(static gap => gap.Reason.Contains("told late", StringComparison.Ordinal)).Select(static gap => (gap.From, gap.To, gap.State));
        Assert.Equal(wasOnRecord ? [] : [(late.From, late.To, GapState.Filled)], told);
    }

    [Fact]
    public void After_a_restart_offsets_go_on_in_a_new_epoch_and_nothing_is_told_again()
    {
        ChainUp();
        Logs(Log(1));
        Published();
        _tape = Start();
        ChainUp();
        Logs(Log(1), Log(2));
        Assert.Equal([new Position(2, 2)], Published().Select(entry => entry.Position!.Value));
    }

    [Fact]
    public async Task A_sweep_is_no_progress_before_the_gap_that_it_closes_is_on_record()
    {
        ChainUp();
        Tell(new TapeMessage.Swept(Chain, 99, 100, (Made.Start - 1) * 1000));
        Tell(new TapeMessage.SourceDown(Chain, (Made.Start * 1000) - 5, "dropped"));
        _kit.Advance(TimeSpan.FromSeconds(3));
        ChainUp();
        Tell(new TapeMessage.Swept(Chain, 101, 102, (Made.Start + 4) * 1000));
        Assert.Equal(100, (await _store.Stored.Open()).SweptBlock);
        Recorded();
        Assert.Equal(102, (await _store.Stored.Open()).SweptBlock);
    }

    [Fact]
    public void A_time_that_nobody_covered_is_a_gap_on_record_and_filled_by_the_sweep()
    {
        ChainUp();
        Tell(new TapeMessage.SourceDown(Chain, (Made.Start * 1000) - 5, "dropped"));
        _kit.Advance(TimeSpan.FromSeconds(3));
        ChainUp();
        Tell(new TapeMessage.Swept(Chain, 96, 102, (Made.Start + 4) * 1000));
        var gaps = Recorded();
        gaps.AddRange(Recorded());
        Assert.Equal([GapState.Open, GapState.Open, GapState.Filled], gaps.Select(gap => gap.State));
        Assert.Equal([null, (Made.Start + 3) * 1000, (Made.Start + 3) * 1000], gaps.Select(gap => gap.To));
    }
}
