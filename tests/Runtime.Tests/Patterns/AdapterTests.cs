using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Patterns;

public sealed class AdapterTests
{
    private readonly TestSystem _kit = new();
    private readonly List<string> _diary = [];

    private Act Note(string what) => Do(_ => _diary.Add(what));

    [Fact]
    public void S6_An_adapter_turns_a_reply_into_a_message_in_its_place_in_the_order()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        ActorRef<int>? adapter = null;
        actor.Tell(Do(me => adapter = me.Adapt<int>(n => Note($"reply {n}"))));
        _kit.Settle();
        Assert.Equal("/actor", adapter!.Path);
        actor.Tell(Note("before"));
        adapter.Tell(7);
        actor.Tell(Note("after"));
        _kit.Settle();
        Assert.Equal(["before", "reply 7", "after"], _diary);
    }

    [Fact]
    public void S6_A_reply_to_an_actor_that_has_stopped_is_a_dead_letter()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        ActorRef<int>? adapter = null;
        actor.Tell(Do(me =>
        {
            adapter = me.Adapt<int>(n => Note($"reply {n}"));
            me.StopSelf();
        }));
        _kit.Settle();
        adapter!.Tell(7);
        _kit.Settle();
        Assert.Empty(_diary);
        Assert.Equal("stopped", Assert.Single(_kit.DeadLetters).Reason);
    }
}
