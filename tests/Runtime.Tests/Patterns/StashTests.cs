using Oddswire.Runtime.Execution;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Patterns;

public sealed class StashTests
{
    private readonly TestSystem _kit = new();
    private readonly List<string> _diary = [];
    private bool _busy = true;

    private Act Note(string what) => me =>
    {
        if (_busy)
            me.Stash();
        else
            _diary.Add(what);
        return default;
    };

    private Act GoOn => Do(me =>
    {
        _busy = false;
        me.UnstashAll();
    });

    public static TheoryData<int, Overflow> Mailboxes => new()
    {
        { 0, Overflow.DropNewest },
        { 10, Overflow.DropNewest },
        { 10, Overflow.DropOldest },
        { 10, Overflow.Fail },
    };

    [Theory]
    [MemberData(nameof(Mailboxes))]
    public void S16_What_was_stashed_comes_back_in_order_before_the_mailbox_whatever_mailbox_it_is(int capacity, Overflow overflow)
    {
        var mailbox = capacity == 0 ? Mailbox.Unbounded : Mailbox.Bounded(capacity, overflow);
        var actor = _kit.System.Spawn(Props.Of(() => new Puppet()) with { Mailbox = mailbox }, "actor");
        foreach (var message in new[] { Note("1"), Note("2"), GoOn, Note("3"), Note("4") })
            actor.Tell(message);
        _kit.Settle();
        Assert.Equal(["1", "2", "3", "4"], _diary);
        Assert.Empty(_kit.DeadLetters);
    }

    [Fact]
    public void S16_Stashing_again_keeps_the_order()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        var handled = 0;
        Act again = me =>
        {
            if (++handled == 3)
                _diary.Add("1");
            else
                me.Stash();
            if (handled == 2)
                me.UnstashAll();        // while 2 is still waiting among the unstashed
            return default;
        };
        actor.Tell(again);
        actor.Tell(Note("2"));
        actor.Tell(GoOn);
        actor.Tell(Note("3"));
        _kit.Settle();
        Assert.Equal(["1", "2", "3"], _diary);
    }

    [Fact]
    public void S16_The_stash_takes_what_its_props_say_and_one_more_is_a_failure()
    {
        var actor = _kit.System.Spawn(Props.Of(() => new Puppet()) with { StashCapacity = 2 }, "actor");
        var tooMany = Note("3");
        foreach (var message in new[] { Note("1"), Note("2"), tooMany })
            actor.Tell(message);
        _kit.Settle();
        var letter = Assert.Single(_kit.DeadLetters);
        Assert.Same(tooMany, letter.Message);
        Assert.IsType<StashFullException>(letter.Cause);
        // The restart puts the two in front, they are stashed again: nothing is lost.
        _kit.Advance(TimeSpan.FromSeconds(1));
        actor.Tell(GoOn);
        _kit.Settle();
        Assert.Equal(["1", "2"], _diary);
    }

    [Fact]
    public void S16_The_stash_belongs_to_the_cell_and_survives_the_instance()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(Note("stashed"));
        actor.Tell(Fail());
        actor.Tell(Do(_ => _diary.Add("mailbox")));
        _kit.Settle();
        _busy = false;
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["stashed", "mailbox"], _diary);
    }

    [Fact]
    public void S16_Only_a_message_that_is_being_handled_can_be_stashed()
    {
        Exception? refused = null;
        _kit.Spawn(() => new Puppet { OnStart = Do(me => refused = Record.Exception(me.Stash)) }, "actor");
        _kit.Settle();
        Assert.IsType<InvalidOperationException>(refused);
    }

    [Fact]
    public void S16_A_message_is_stashed_once()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        Exception? refused = null;
        actor.Tell(me =>
        {
            if (!_busy)
            {
                _diary.Add("1");
                return default;
            }
            me.Stash();
            refused = Record.Exception(me.Stash);
            return default;
        });
        actor.Tell(GoOn);
        _kit.Settle();
        Assert.IsType<InvalidOperationException>(refused);
        Assert.Equal(["1"], _diary);
    }

    [Fact]
    public void S16_A_message_can_be_stashed_also_after_an_await()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        var first = true;
        actor.Tell(async me =>
        {
            await Task.Yield();
            if (first)
                me.Stash();
            else
                _diary.Add("again");
            first = false;
        });
        actor.Tell(GoOn);
        _kit.Settle();
        Assert.Equal(["again"], _diary);
    }
}
