using System.Diagnostics.Metrics;
using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Diagnostics;

public sealed class MetricsTests : IDisposable
{
    private readonly TestSystem _kit = new(
        supervision: SupervisorStrategy.Default with { Backoff = Backoff.None }, sampleEvery: TimeSpan.FromSeconds(1));
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _seen = [];
    private readonly Meter _mine;

    public MetricsTests()
    {
        // Other tests run systems at the same time: only the meters of this one are listened to.
        _mine = _kit.System.Metrics.Meter;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _mine)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _seen[instrument.Name] = value);
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => _seen[instrument.Name] = value);
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    private double Look(string name)
    {
        _kit.Settle();
        _listener.RecordObservableInstruments();
        return _seen[name];
    }

    [Fact]
    public void Messages_failures_restarts_and_dead_letters_are_counted()
    {
        var before = Look("oddswire_actor_messages_processed");
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        for (var n = 0; n < 5; n++)
            actor.Tell(Do(_ => { }));
        actor.Tell(Fail());
        Assert.Equal(6, Look("oddswire_actor_messages_processed") - before);
        Assert.Equal(1, Look("oddswire_actor_failures"));
        Assert.Equal(1, Look("oddswire_actor_restarts"));
        Assert.Equal(1, Look("oddswire_actor_dead_letters"));
    }

    [Fact]
    public void Counts_outlive_the_actors_that_made_them_and_are_made_once()
    {
        var before = Look("oddswire_actor_messages_processed");
        for (var n = 0; n < 10; n++)
        {
            var actor = _kit.Spawn(() => new Puppet(), $"actor-{n}");
            actor.Tell(Do(_ => { }));
            actor.Tell(Do(me => me.StopSelf()));
        }
        Assert.Equal(20, Look("oddswire_actor_messages_processed") - before);
    }

    [Fact]
    public void Counters_never_fall_at_whichever_moment_somebody_looks_while_actors_stop()
    {
        var handled = 0;
        var last = 0.0;
        for (var n = 0; n < 20; n++)
        {
            var actor = _kit.Spawn(() => new Puppet(), $"actor-{n}");
            actor.Tell(Do(_ => handled++));
            actor.Tell(Do(me =>
            {
                handled++;
                me.StopSelf();
            }));
            while (_kit.Dispatcher.Step())
            {
                _listener.RecordObservableInstruments();
                Assert.InRange(_seen["oddswire_actor_messages_processed"], last, handled);
                last = _seen["oddswire_actor_messages_processed"];
            }
        }
        Assert.Equal(40, last);
    }

    /// <summary>Seeded: actors come, get work, stop, and are looked at in between.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void However_often_somebody_looks_each_message_is_counted_once(int seed)
    {
        var random = new Random(seed);
        var before = Look("oddswire_actor_messages_processed");
        var actors = new List<ActorRef<Act>>();
        var handled = 0;
        for (var n = 0; n < 300; n++)
        {
            if (actors.Count == 0 || random.Next(4) == 0)
                actors.Add(_kit.Spawn(() => new Puppet(), $"actor-{n}"));
            for (var told = random.Next(5); told > 0; told--)
                actors[random.Next(actors.Count)].Tell(Do(_ => handled++));
            for (var steps = random.Next(8); steps > 0; steps--)
                _kit.Dispatcher.Step();
            if (random.Next(5) == 0)
                _kit.Advance(TimeSpan.FromSeconds(random.Next(3)));
            if (random.Next(8) == 0)
            {
                var last = actors[random.Next(actors.Count)];
                actors.Remove(last);
                last.Tell(Do(me =>
                {
                    handled++;
                    me.StopSelf();
                }));
            }
            if (random.Next(10) == 0)
                Assert.Equal(Look("oddswire_actor_messages_processed") - before, handled);
        }
        Assert.Equal(Look("oddswire_actor_messages_processed") - before, handled);
        Assert.Equal(actors.Count + 1, Look("oddswire_actors"));       // and the journal
    }

    [Fact]
    public void Who_is_idle_is_not_looked_at_and_who_waits_is_for_as_long_as_it_waits()
    {
        for (var n = 0; n < 1_000; n++)
            _kit.Spawn(() => new Puppet(), $"idle-{n}").Tell(Do(_ => { }));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _kit.Spawn(() => new Puppet(), "waits").Tell(async _ => await gate.Task);
        for (var n = 0; n < 5; n++)
        {
            _kit.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("waits", Assert.Single(_kit.System.Metrics.Busy.Stuck(_kit.Clock)).Key.Name);
        }
        gate.SetResult();
        _kit.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(_kit.System.Metrics.Busy.Stuck(_kit.Clock));
    }

    [Fact]
    public void Actors_depth_and_drops_are_sampled()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _kit.Advance(TimeSpan.FromSeconds(1));
        var actors = Look("oddswire_actors");
        var actor = _kit.System.Spawn(Props.Of(() => new Puppet()) with { Mailbox = Mailbox.Bounded(3, Overflow.DropNewest) }, "actor");
        actor.Tell(async _ => await gate.Task);
        _kit.Settle();
        for (var n = 0; n < 5; n++)
            actor.Tell(Do(_ => { }));
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Look("oddswire_actors") - actors);
        Assert.Equal(3, Look("oddswire_actor_mailbox_depth"));
        Assert.Equal(2, Look("oddswire_actor_messages_dropped"));
    }

    [Fact]
    public void The_longest_time_without_progress_is_sampled()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _kit.Advance(TimeSpan.FromHours(1));
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(async _ => await gate.Task);
        actor.Tell(Do(_ => { }));
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Look("oddswire_actor_mailbox_stuck_seconds"));      // seen for the first time: nothing is known about before
        _kit.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(30, Look("oddswire_actor_mailbox_stuck_seconds"));
        gate.SetResult();
        _kit.Settle();
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Look("oddswire_actor_mailbox_stuck_seconds"));
    }

    [Fact]
    public void A_stopped_system_leaves_no_meter_and_no_timer_behind()
    {
        Assert.True(_kit.Run(() => _kit.System.Stop(TimeSpan.FromSeconds(1))).IsCompletedSuccessfully);
        Assert.Null(_kit.Clock.Next);
        _seen.Clear();
        _listener.RecordObservableInstruments();
        Assert.Empty(_seen);
    }

    [Fact]
    public void All_of_many_that_were_busy_at_once_are_counted_before_and_after_they_were_sampled()
    {
        const int Many = 1_000;
        var before = Look("oddswire_actor_messages_processed");
        for (var n = 0; n < Many; n++)
            _kit.Spawn(() => new Puppet(), $"busy-{n}").Tell(Do(_ => { }));
        Assert.Equal(Many, Look("oddswire_actor_messages_processed") - before);
        for (var n = 0; n < Many; n++)
            _kit.Spawn(() => new Puppet(), $"sampled-{n}").Tell(Do(_ => { }));
        _kit.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2 * Many, Look("oddswire_actor_messages_processed") - before);
    }
}
