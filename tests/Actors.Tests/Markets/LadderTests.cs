using Oddswire.Actors.Markets;
using Xunit;

namespace Oddswire.Actors.Tests.Markets;

public sealed class LadderTests
{
    private static readonly BookRules Rules = new();

    [Fact]
    public void It_is_gone_up_step_by_step_and_from_the_top_the_stream_is_asked_again_now_and_then()
    {
        var ladder = new Ladder(Rules);
        Assert.Null(ladder.Climb(0));
        ladder.Begin(LadderStep.AskAgain, TimeSpan.FromMilliseconds(500), 1_000);
        Assert.Null(ladder.Climb(1_499));
        Assert.Equal(LadderStep.AskAgain, ladder.Climb(1_500));
        Assert.Null(ladder.Climb(6_499));
        Assert.Equal(LadderStep.NewConnection, ladder.Climb(6_500));
        Assert.False(ladder.WasAtTheTop);
        Assert.Equal(LadderStep.Reseed, ladder.Climb(11_500));
        Assert.True(ladder.WasAtTheTop);
        Assert.Equal(LadderStep.Reseed, ladder.Climb(16_500));
        Assert.Equal(LadderStep.AskAgain, ladder.Climb(71_500));
        Assert.Equal(LadderStep.Reseed, ladder.Climb(76_500));
        ladder.End();
        Assert.Null(ladder.Climb(200_000));
    }

    [Fact]
    public void A_new_doubt_on_the_way_up_does_not_forget_that_the_top_was_reached()
    {
        var ladder = new Ladder(Rules);
        ladder.Begin(LadderStep.Reseed, TimeSpan.Zero, 0);
        Assert.Equal(LadderStep.Reseed, ladder.Climb(0));
        ladder.Begin(LadderStep.AskAgain, TimeSpan.Zero, 100);
        Assert.True(ladder.WasAtTheTop);
    }

    [Fact]
    public void A_book_that_is_good_again_takes_nothing_older_for_want_of_better()
    {
        // Simulation seed 40035: a book that had once been mended from REST took an older one from a connection that lagged behind its neighbour.
        var ladder = new Ladder(Rules);
        ladder.Begin(LadderStep.Reseed, TimeSpan.Zero, 0);
        Assert.Equal(LadderStep.Reseed, ladder.Climb(0));
        ladder.End();
        Assert.False(ladder.WasAtTheTop);
        ladder.Begin(LadderStep.AskAgain, TimeSpan.Zero, 200);
        Assert.False(ladder.WasAtTheTop);
    }
}
