using System.Buffers;
using Oddswire.Actors.Subscriptions;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Actors.Tests.Subscriptions;

public sealed class DurableStateTests
{
    private static readonly DurableCodec Codec = new();
    private static readonly OrderFilter First = OrderFilter.Of(Made.Wallet(1));
    private static readonly OrderFilter Second = OrderFilter.Of(Made.Wallet(1), Made.Wallet(2));

    private static Command Why(string id) => new(id, "f" + id, "desk", "127.0.0.1");

    private static DurableState StateAfter(params ReadOnlySpan<DurableEvent> events)
    {
        var state = DurableState.None.Apply(new DurableEvent.Created(1, Why("c1"), "desk-7", First, new Position(3, 10), new Position(3, 12)));
        foreach (var e in events)
            state = state.Apply(e);
        return state;
    }

    private static DurableEvent.Refiltered Refiltered(long at, OrderFilter from, OrderFilter to) => new(2, Why("u" + at), FilterChange.Between(from, to), at);

    [Fact]
    public void A_filter_holds_from_the_offset_at_which_it_was_changed()
    {
        var state = StateAfter(Refiltered(20, First, Second));
        Assert.Equal([new FilterSpan(10, First), new FilterSpan(20, Second)], state.Filters);
        Assert.Equal(Second, state.Filter);
    }

    [Fact]
    public void What_is_acknowledged_takes_along_the_filters_that_held_before()
    {
        var state = StateAfter(Refiltered(20, First, Second), new DurableEvent.Acknowledged(3, null, new Position(3, 19)));
        Assert.Equal(2, state.Filters.Length);
        state = state.Apply(new DurableEvent.Acknowledged(4, null, new Position(3, 20)));
        Assert.Equal([new FilterSpan(20, Second)], state.Filters);
        Assert.Equal(new Position(3, 20), state.Acknowledged);
    }

    [Fact]
    public void Resumed_with_skip_it_goes_on_from_there()
    {
        var state = StateAfter(new DurableEvent.Paused(2, Why("p")), Refiltered(20, First, Second), new DurableEvent.Resumed(3, Why("r"), new Position(4, 99)));
        Assert.Equal((SubscriptionState.Active, new Position(4, 99)), (state.Status, state.Acknowledged));
        Assert.Equal([new FilterSpan(20, Second)], state.Filters);
    }

    [Fact]
    public void The_command_that_made_it_is_never_forgotten_the_others_when_there_are_many()
    {
        var state = StateAfter();
        for (var i = 0; i < 100; i++)
            state = state.Apply(new DurableEvent.Renamed(i, Why("n" + i), "name"));
        Assert.Equal(DurableState.MostCommands, state.Commands.Length);
        Assert.Equal(("c1", "n99"), (state.Commands[0].Id, state.Commands[^1].Id));
    }

    [Fact]
    public void A_change_of_one_wallet_among_100_000_is_small()
    {
        var before = OrderFilter.Of([.. Enumerable.Range(0, 100_000).Select(Made.Wallet)]);
        var after = OrderFilter.Of([.. Enumerable.Range(1, 100_000).Select(Made.Wallet)]);
        var bytes = new ArrayBufferWriter<byte>();
        Codec.WriteEvent(Refiltered(20, before, after), bytes);
        Assert.InRange(bytes.WrittenCount, 1, 1_000);
        var change = ((DurableEvent.Refiltered)Codec.ReadEvent(bytes.WrittenSpan)).Change;
        Assert.Equal(after, change.Apply(before));
    }

    [Fact]
    public void Between_any_two_filters_the_change_leads_from_one_to_the_other()
    {
        var random = new Random(7);
        for (var n = 0; n < 2_000; n++)
        {
            var (from, to) = (Any(random), Any(random));
            var bytes = new ArrayBufferWriter<byte>();
            Codec.WriteEvent(Refiltered(1, from, to), bytes);
            var read = ((DurableEvent.Refiltered)Codec.ReadEvent(bytes.WrittenSpan)).Change;
            Assert.Equal(to, read.Apply(from));
        }
    }

    [Fact]
    public void Every_event_and_every_state_reads_back_as_it_was_written()
    {
        DurableEvent[] events =
        [
            new DurableEvent.Created(5, Why("c"), "näme \"x\"", Any(new Random(1)), new Position(3, 1), new Position(4, 2)),
            new DurableEvent.Renamed(6, Why("n"), ""),
            new DurableEvent.Paused(7, null),
            new DurableEvent.Resumed(8, null, null),
            new DurableEvent.Resumed(8, Why("r"), new Position(1, 7)),
            new DurableEvent.Acknowledged(9, null, new Position(9, 9)),
            new DurableEvent.Expired(10, null, new Position(1, 1)),
            new DurableEvent.Closed(11, Why("d")),
        ];
        var state = DurableState.None;
        foreach (var e in events)
        {
            var bytes = new ArrayBufferWriter<byte>();
            Codec.WriteEvent(e, bytes);
            Assert.Equal(e, Codec.ReadEvent(bytes.WrittenSpan));
            state = state.Apply(e);
            bytes.Clear();
            Codec.WriteState(state, bytes);
            var read = Codec.ReadState(bytes.WrittenSpan);
            Assert.Equal(state with { Filters = [], Commands = [] }, read with { Filters = [], Commands = [] });
            Assert.Equal(state.Filters, read.Filters);
            Assert.Equal(state.Commands, read.Commands);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"time":1}""")]
    [InlineData("""{"time":1,"melted":true}""")]
    [InlineData("""{"time":1,"acknowledged":"x"}""")]
    public void What_nobody_knows_is_not_read_as_something_else(string json) =>
        Assert.ThrowsAny<Exception>(() => Codec.ReadEvent(System.Text.Encoding.UTF8.GetBytes(json)));

    private static OrderFilter Any(Random random) => new()
    {
        Users = random.Next(4) switch
        {
            0 => Wanted<WalletId>.Unasked,
            1 => Wanted<WalletId>.Everything,
            _ => Wanted.Of<WalletId>([.. Enumerable.Range(0, random.Next(6)).Select(_ => Made.Wallet(random.Next(8)))]),
        },
        Slugs = random.Next(3) == 0 ? Wanted<string>.Everything : Wanted.Of<string>([.. Enumerable.Range(0, random.Next(4)).Select(_ => "slug-" + random.Next(5))]),
    };
}
