using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Runtime.Tests.Persistence;

public sealed class GroupCommitTests
{
    private readonly Desk _desk = new();

    private ActorRef<Scribble>[] OpenMany(int count) =>
        [.. Enumerable.Range(0, count).Select(n => _desk.Open($"n-{n}"))];

    [Fact]
    public void S20_What_arrives_during_one_commit_is_the_next_batch_across_actors()
    {
        _desk.Kit.Dispatcher.ShortTurns = false;
        var notebooks = OpenMany(40);
        _desk.Journal.HoldAppends();
        _desk.Write(notebooks[0], "first");
        foreach (var notebook in notebooks[1..])
            _desk.Write(notebook, "later");
        Assert.Single(_desk.Journal.Batches);
        _desk.Journal.ReleaseAppends();
        _desk.Kit.Settle();
        Assert.Equal([1, 39], _desk.Journal.Batches.Select(batch => batch.Length));
        Assert.All(notebooks[1..], notebook => Assert.Equal("later", _desk.TextOf(notebook)));
    }

    [Fact]
    public void S20_A_batch_that_is_refused_because_of_one_actor_fails_that_actor_only()
    {
        _desk.Kit.Dispatcher.ShortTurns = false;
        var notebooks = OpenMany(5);
        // Another notebook with the same id writes behind the back of number 2.
        var twin = _desk.Open("n-2", name: "twin");
        _desk.Write(twin, "taken");
        _desk.Journal.HoldAppends();
        _desk.Write(notebooks[0], "first");
        foreach (var notebook in notebooks)
            _desk.Write(notebook, "word");
        _desk.Journal.ReleaseAppends();
        _desk.Kit.Settle();
        Assert.Equal("n-2", Assert.Single(_desk.Kit.DeadLetters).To.Path[1..]);
        Assert.Equal(["first word", "word", "taken", "word", "word"], notebooks.Select(_desk.TextOf));
        Assert.Equal(["taken"], _desk.Stored("n-2"));
    }

    [Fact]
    public void S20_A_journal_that_throws_what_it_should_not_fails_only_who_it_throws_for()
    {
        _desk.Kit.Dispatcher.ShortTurns = false;
        var notebooks = OpenMany(3);
        _desk.Journal.HoldAppends();
        _desk.Write(notebooks[0], "first");
        _desk.Journal.ThrowNext(new InvalidDataException("one of them is malformed"));     // the batch of the two others
        _desk.Journal.ThrowNext(new InvalidDataException("this one"));                     // the first of them, alone
        _desk.Write(notebooks[1], "word");
        _desk.Write(notebooks[2], "word");
        _desk.Journal.ReleaseAppends();
        _desk.Kit.Settle();
        Assert.Single(_desk.Kit.DeadLetters);
        Assert.Equal(["", "word"], notebooks[1..].Select(_desk.TextOf).Order());
    }

    [Fact]
    public void S20_An_unreachable_journal_fails_the_whole_batch_and_is_not_asked_again_for_each()
    {
        _desk.Kit.Dispatcher.ShortTurns = false;
        var notebooks = OpenMany(10);
        _desk.Journal.HoldAppends();
        _desk.Write(notebooks[0], "first");
        _desk.Journal.FailNext();
        foreach (var notebook in notebooks[1..])
            _desk.Write(notebook, "word");
        _desk.Journal.ReleaseAppends();
        _desk.Kit.Settle();
        Assert.Equal(2, _desk.Journal.Batches.Count);
        Assert.Equal(9, _desk.Kit.DeadLetters.Count);
    }

    [Fact]
    public void S20_Every_event_is_committed_once_whatever_the_interleaving()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var desk = new Desk(seed);
            var notebooks = Enumerable.Range(0, 6).Select(n => desk.Open($"n-{n}")).ToArray();
            foreach (var word in Enumerable.Range(0, 10).Select(n => $"w{n}"))
            {
                foreach (var notebook in notebooks)
                    notebook.Tell(async me => await me.Write(word));
            }
            desk.Kit.Settle();
            var all = string.Join(' ', Enumerable.Range(0, 10).Select(n => $"w{n}"));
            Assert.All(notebooks, notebook => Assert.Equal(all, desk.TextOf(notebook)));
            Assert.All(Enumerable.Range(0, 6), n => Assert.Equal(all, string.Join(' ', desk.Stored($"n-{n}"))));
            Assert.InRange(desk.Journal.Batches.Count, 10, 59);
        }
    }

    [Fact]
    public async Task S20_Who_is_slow_behind_its_commit_does_not_hold_up_the_writer()
    {
        // On real threads: each handler blocks until both have been answered. One that ran inside the writer's turn would block that.
        var leases = new InMemoryLeases(TimeProvider.System);
        var fence = (await leases.Seize("desk", new NodeId("alice", 1), TimeSpan.FromDays(1))).Fence;
        var journal = new FaultyJournal(new InMemoryJournal(leases));
        var system = new ActorSystem(new ActorSystemOptions { Random = new Random(1), Journal = journal });
        using var begun = new CountdownEvent(2);
        using var answered = new CountdownEvent(2);
        var done = Enumerable.Range(0, 2).Select(_ => new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        journal.HoldAppends();
        for (var n = 0; n < 2; n++)
        {
            var (id, mine) = ($"n-{n}", done[n]);
            system.Spawn(Props.Of(() => Notebook.New(id, fence)), id).Tell(async me =>
            {
                var writing = me.Write("word");
                begun.Signal();
                await writing;
                answered.Signal();
                mine.SetResult(answered.Wait(TimeSpan.FromSeconds(5)));
            });
        }
        Assert.True(begun.Wait(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        journal.ReleaseAppends();
        Assert.All(await Task.WhenAll(done.Select(one => one.Task)), Assert.True);
        await system.Stop(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void S20_A_stop_commits_what_was_gathered()
    {
        // The writer stops last: nobody who was stopped in order waits for an answer that never comes.
        for (var seed = 1; seed <= 30; seed++)
        {
            var desk = new Desk(seed);
            var notebooks = Enumerable.Range(0, 5).Select(n => desk.Open($"n-{n}")).ToArray();
            foreach (var notebook in notebooks)
                notebook.Tell(async me => await me.Write("last"));
            while (desk.Kit.Dispatcher.Steps % 7 != 0)
                desk.Kit.Dispatcher.Step();
            Assert.True(desk.Kit.Run(() => desk.Kit.System.Stop(TimeSpan.FromSeconds(5))).IsCompletedSuccessfully);
            var left = desk.Kit.DeadLetters.Count(letter => letter.Reason == "stopped");
            Assert.Equal(5, left + Enumerable.Range(0, 5).Sum(n => desk.Stored($"n-{n}").Length));
        }
    }
}
