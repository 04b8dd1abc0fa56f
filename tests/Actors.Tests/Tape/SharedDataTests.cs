using System.Buffers;
using Oddswire.Actors.Tape;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Oddswire.Protocols.Dome;
using Xunit;

namespace Oddswire.Actors.Tests.Tape;

/// <summary>The bytes in which a fill came go out as long as they say what is known of it, and no longer.</summary>
public sealed class SharedDataTests
{
    private static readonly SourceId Dome = new("dome", 1);
    private static readonly Moment Now = new(1_000, 1_000);

    private readonly Merger _merger = new(new TapeRules { HasChain = false });
    private readonly NamedFills _named = new(TimeSpan.FromMilliseconds(500));
    private readonly Decisions _to = new();
    private readonly Commits _commits;
    private int _encoded;

    public SharedDataTests() => _commits = new Commits(new TapeRules(), 3, new TapeHead(2, 1, 40, 90, 90_000), fill =>
    {
        _encoded++;
        return Encoded(fill);
    });

    private static ReadOnlyMemory<byte> Encoded(Fill fill)
    {
        var data = new ArrayBufferWriter<byte>();
        DomeEventCodec.EncodeData(fill, data);
        return data.WrittenMemory;
    }

    private static Observation.Log Told(Fill fill) => new(fill) { Data = Encoded(fill) };

    private static Fill Named(int tx) => Made.Log(tx, 1) with { Market = Made.Market };

    private static bool IsSame(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Equals(other);

    private Slot Slot(Observation.Log told)
    {
        _merger.Observe(Dome, told, Now, _to);
        return _to.Released[^1];
    }

    private TapeEntry Appended(Slot slot)
    {
        _commits.Append(slot, late: false);
        return Taken().Appended[^1];
    }

    private Ports.TapeCommit Taken()
    {
        var commit = _commits.Next()!;
        _commits.Committed(0, [], []);
        return commit;
    }

    [Fact]
    public void What_came_as_it_goes_out_is_not_encoded()
    {
        var told = Told(Named(1));
        var entry = Appended(Slot(told));
        Assert.True(IsSame(told.Data, entry.Data));
        Assert.Equal(0, _encoded);
    }

    [Fact]
    public void What_came_otherwise_is_encoded_once()
    {
        var entry = Appended(Slot(new Observation.Log(Named(1))));
        Assert.True(entry.Data.Span.SequenceEqual(Encoded(Named(1)).Span));
        Assert.Equal(1, _encoded);
    }

    [Fact]
    public void Of_the_event_that_a_market_belongs_to_the_data_says_nothing()
    {
        Assert.True(_named.TryName(new Slot(new TxGroup(Made.Tx(9)), Named(9) with { Market = Made.Market with { EventSlug = "event", Outcome = 1 } }), 0, out _));
        var told = Told(Named(1));
        var slot = Slot(told);
        Assert.True(_named.TryName(slot, 0, out _));
        Assert.Equal("event", slot.Fill.Market.EventSlug);
        var entry = Appended(slot);
        Assert.True(IsSame(told.Data, entry.Data));
        Assert.True(entry.Data.Span.SequenceEqual(Encoded(entry.Fill).Span));
    }

    [Fact]
    public void With_a_name_that_it_did_not_bring_it_is_encoded_anew()
    {
        Assert.True(_named.TryName(new Slot(new TxGroup(Made.Tx(9)), Named(9)), 0, out _));
        var slot = Slot(Told(Made.Log(1, 1)));
        Assert.True(_named.TryName(slot, 0, out _));
        IsEncodedAnew(slot, Made.Market);
    }

    [Fact]
    public void With_a_name_that_was_waited_for_it_is_encoded_anew()
    {
        var slot = Slot(Told(Made.Log(1, 1)));
        Assert.False(_named.TryName(slot, 0, out _));
        _named.Described([new(Made.Token(1), Made.Market)], []);
        IsEncodedAnew(slot, Made.Market);
    }

    [Fact]
    public void With_a_name_that_did_not_come_it_goes_as_it_came()
    {
        var told = Told(Made.Log(1, 1));
        var slot = Slot(told);
        Assert.False(_named.TryName(slot, 0, out _));
        _named.Due(500, []);
        Assert.True(IsSame(told.Data, Appended(slot).Data));
    }

    [Fact]
    public void What_met_a_row_is_encoded_anew()
    {
        _merger.Observe(new SourceId("rtds", 1), new Observation.Row(Made.Row(1), "trades"), Now, _to);
        var slot = Assert.Single(_to.Released);
        _merger.Observe(Dome, Told(Made.Log(1, 1)), Now, _to);
        Assert.Equal((EntryKind.Confirmed, slot), Assert.Single(_to.Changed));
        IsEncodedAnew(slot, Made.Market);
    }

    [Fact]
    public void What_becomes_of_it_later_is_encoded_and_the_slot_keeps_no_frame()
    {
        var told = Told(Named(1));
        var slot = Slot(told);
        Appended(slot);
        Assert.True(slot.TakeData().IsEmpty);
        _merger.Observe(Dome, told with { Fill = told.Fill with { Block = 101 } }, Now, _to);
        Assert.Equal((EntryKind.Confirmed, slot), Assert.Single(_to.Changed));
        _commits.Confirm(slot, late: false);
        var confirmed = Assert.Single(Taken().Confirmed);
        Assert.Equal(1, _encoded);
        Assert.True(confirmed.Data.Span.SequenceEqual(Encoded(slot.Fill).Span));
        Assert.Contains("\"block_number\":101,", System.Text.Encoding.UTF8.GetString(confirmed.Data.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_told_again_changes_nothing()
    {
        var told = Told(Named(1));
        var slot = Slot(told);
        _merger.Observe(new SourceId("dome", 2), Told(Named(1)), Now, _to);
        Assert.Single(_to.Released);
        Assert.True(IsSame(told.Data, Appended(slot).Data));
    }

    [Fact]
    public void What_is_only_remembered_has_none()
    {
        _merger.Remember(Named(1), 7, removed: false);
        _merger.Observe(Dome, new Observation.LogRemoved(Made.Tx(1), 1, 100), Now, _to);
        Assert.True(Assert.Single(_to.Changed).Slot.TakeData().IsEmpty);
    }

    [Fact]
    public void Who_tells_the_same_is_the_same_however_it_came()
    {
        Assert.Equal(new Observation.Log(Named(1)), Told(Named(1)));
        Assert.Equal(new Observation.Log(Named(1)).GetHashCode(), Told(Named(1)).GetHashCode());
        Assert.NotEqual(new Observation.Log(Named(1), Made.Tx(1).Value), Told(Named(1)));
        Assert.NotEqual(Told(Named(2)), Told(Named(1)));
    }

    private void IsEncodedAnew(Slot slot, MarketText market)
    {
        var entry = Appended(slot);
        Assert.Equal((1, market), (_encoded, entry.Fill.Market));
        Assert.True(entry.Data.Span.SequenceEqual(Encoded(entry.Fill).Span));
    }
}
