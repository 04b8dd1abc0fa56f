using System.Collections.Immutable;
using System.Text;
using Oddswire.Actors.Activity;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Activity;

public sealed class ActivityActorTests
{
    private readonly TestSystem _kit = new(1);

    private static TapeEntry Entry(Fill fill, EntryKind kind = EntryKind.Fill) => new(kind, new Position(1, 1), fill, Late: false, default);

    [Fact]
    public void A_row_is_encoded_once_for_all_who_listen_and_the_tape_goes_on_at_once()
    {
        var activity = _kit.Spawn(static () => new ActivityActor([Made.Exchange]), "activity");
        var tape = _kit.Probe<TapeMessage>();
        Probe<SessionMessage>[] listeners = [_kit.Probe<SessionMessage>(), _kit.Probe<SessionMessage>()];
        foreach (var listener in listeners)
            activity.Tell(new HubMessage.Listen(listener));
        var taker = Made.Log(1, 1) with { Taker = Made.Exchange, Market = Made.Market };
        activity.Tell(new HubMessage.Publish(new Batch(7, [Entry(taker), Entry(taker, EntryKind.Removed)]), tape));
        Assert.Equal((7, 0), (tape.Expect<TapeMessage.Passed>() is var passed ? passed.Batch : 0, passed.Found.Length));
        var rows = listeners.Select(static listener => Assert.Single(listener.Expect<SessionMessage.Activity>().Rows)).ToList();
        Assert.Same(rows[0], rows[1]);
        Assert.True(rows[0].IsTaker);
        Assert.StartsWith("\"payload\":{\"asset\":", Encoding.UTF8.GetString(rows[0].Body.Span));
    }

    [Fact]
    public void A_witness_that_names_no_counterparty_says_itself_who_was_matched()
    {
        var activity = _kit.Spawn(static () => new ActivityActor(ImmutableHashSet<WalletId>.Empty), "activity");
        var listener = _kit.Probe<SessionMessage>();
        activity.Tell(new HubMessage.Listen(listener));
        activity.Tell(new HubMessage.Publish(new Batch(1, [Entry(Made.Row(1) with { IsTaker = true }), Entry(Made.Row(2))]), _kit.Probe<TapeMessage>()));
        Assert.Equal([true, false], listener.Expect<SessionMessage.Activity>().Rows.Select(static row => row.IsTaker));
    }
}
