using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Runtime.Tests.Guide;

/// <summary>The examples of docs/runtime.md, which are excerpts from this folder.</summary>
public sealed class TallyTests
{
    [Fact]
    public async Task A_tally_adds_up_what_it_is_told()
    {
        var kit = new TestSystem(seed: 7);
        var tally = kit.Spawn(() => new TallyActor(), "tally");
        tally.Tell(new TallyMessage.Add(5));
        tally.Tell(new TallyMessage.Add(7));
        Assert.Equal(12, await kit.Ask(tally, (ActorRef<long> to) => new TallyMessage.GetTotal(to)));
        Assert.Empty(kit.DeadLetters);
    }

    [Fact]
    public void A_tally_that_keeps_failing_is_quarantined_and_the_others_go_on()
    {
        var kit = new TestSystem(seed: 7);
        var tallies = kit.Spawn(() => new TalliesActor(), "tallies");
        for (var n = 0; n < 8; n++)
            tallies.Tell(new TalliesMessage.Add("0xbad", long.MaxValue));       // every second one overflows
        tallies.Tell(new TalliesMessage.Add("0xgood", 1));
        kit.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("/tallies/0xbad", Assert.Single(kit.Quarantines).Actor.Path);
        Assert.Contains(kit.System.Snapshot(), info => info.Path == "/tallies/0xgood");
    }

    [Fact]
    public void A_saved_tally_tells_nobody_before_it_is_committed()
    {
        var kit = new TestSystem(seed: 7);
        _ = kit.Run(() => kit.Leases.Seize("wallets", new NodeId("here", 1), TimeSpan.FromMinutes(1)));
        var stream = new EventStream<long, long>("wallet-0x1", 0, new TallyCodec(), new Fence("wallets", 1));
        var tally = kit.Spawn(() => new SavedTallyActor(stream), "tally");
        var replies = kit.Probe<long>();

        kit.Journal.HoldAppends();
        tally.Tell(new SavedTallyMessage.Add(5, replies));
        replies.ExpectNothing();                // the commit is still on its way
        kit.Journal.ReleaseAppends();
        replies.Expect(5);

        kit.Journal.FailNext();                 // the journal is unreachable once
        tally.Tell(new SavedTallyMessage.Add(7, replies));
        kit.Advance(TimeSpan.FromSeconds(1));   // the actor fails, restarts with backoff, reads the truth
        replies.ExpectNothing();
        tally.Tell(new SavedTallyMessage.Add(7, replies));
        replies.Expect(12);
    }
}
