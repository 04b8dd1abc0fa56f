using Oddswire.Runtime.Persistence;
using Xunit;

namespace Oddswire.Runtime.Tests.Persistence;

public sealed class FenceTests
{
    private readonly Desk _desk = new();

    [Fact]
    public void S22_An_entry_of_an_old_term_cannot_be_appended_and_its_actor_stops_for_good()
    {
        var notebook = _desk.Open("a");
        _desk.Write(notebook, "mine");
        _desk.Seize("bob");
        _desk.Write(notebook, "late");
        Assert.IsType<FencedException>(Assert.Single(_desk.Kit.DeadLetters).Cause);
        Assert.Equal(["mine"], _desk.Stored("a"));
        _desk.Kit.Advance(TimeSpan.FromHours(1));
        Assert.DoesNotContain(_desk.Kit.System.Snapshot(), info => info.Path == "/a");
    }

    [Fact]
    public void S22_The_new_owner_reads_all_that_the_old_one_committed_and_goes_on()
    {
        var alices = _desk.Open("a", name: "alices");
        _desk.Write(alices, "hers");
        _desk.Seize("bob");
        var bobs = _desk.Open("a", () => Notebook.New("a", _desk.Fence with { Term = 2 }), name: "bobs");
        _desk.Write(bobs, "his");
        Assert.Equal("hers his", _desk.TextOf(bobs));
        _desk.Write(alices, "too late");
        Assert.Equal(["hers", "his"], _desk.Stored("a"));
    }

    [Fact]
    public void S22_The_same_owner_that_claimed_anew_does_not_pass_with_its_earlier_term()
    {
        var before = _desk.Open("a");
        _desk.Seize("alice");
        _desk.Write(before, "ghost");
        Assert.IsType<FencedException>(Assert.Single(_desk.Kit.DeadLetters).Cause);
        Assert.Empty(_desk.Stored("a"));
    }

    [Fact]
    public void S22_Who_is_fenced_in_a_batch_fails_alone()
    {
        _desk.Kit.Dispatcher.ShortTurns = false;
        var notebooks = new[] { "a", "b", "c" }.Select(id => _desk.Open(id)).ToArray();
        _desk.Journal.HoldAppends();
        _desk.Write(notebooks[0], "first");
        _desk.Journal.FenceNext("b");
        _desk.Write(notebooks[1], "fenced");
        _desk.Write(notebooks[2], "kept");
        _desk.Journal.ReleaseAppends();
        _desk.Kit.Settle();
        var letter = Assert.Single(_desk.Kit.DeadLetters);
        Assert.Equal(("/b", typeof(FencedException)), (letter.To.Path, letter.Cause?.GetType()));
        Assert.Equal("kept", _desk.TextOf(notebooks[2]));
        Assert.Empty(_desk.Stored("b"));
    }
}
