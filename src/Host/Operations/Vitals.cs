using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Oddswire.Actors;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Runtime;

namespace Oddswire.Host.Operations;

/// <summary>
/// How the gateway is, asked of its actors when somebody looks: for the probes, and as gauges. Who does not answer in time is left out of
/// the gauges; what was known of it before would be no news.
/// </summary>
internal sealed class Vitals : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Topology _topology;
    private readonly WatchedJournal _journal;
    private readonly TimeProvider _time;
    private readonly Meter _meter = new("Oddswire.Gateway");
    private ImmutableArray<FeedStatus> _feeds = [];
    private ImmutableArray<Gap>? _gaps;
    private TapeHead? _tape;
    private int? _sessions;

    internal Vitals(Topology topology, WatchedJournal journal, TimeProvider time)
    {
        (_topology, _journal, _time) = (topology, journal, time);
        _meter.CreateObservableGauge("oddswire_feed_state", () => _feeds.SelectMany(static feed =>
            Enum.GetValues<FeedState>().Select(state => One(feed.State == state, new("feed", feed.Name), new("state", state.ToString().ToLowerInvariant())))));
        _meter.CreateObservableGauge("oddswire_feed_connections_live", () => _feeds.Select(static feed =>
            new Measurement<long>(feed.Connections.Count(static line => line.State == FeedState.Live), new KeyValuePair<string, object?>("feed", feed.Name))));
        _meter.CreateObservableCounter("oddswire_feed_restarts", () => _feeds.Select(static feed =>
            new Measurement<long>(feed.Connections.Sum(static line => (long)line.Restarts), new KeyValuePair<string, object?>("feed", feed.Name))));
        _meter.CreateObservableGauge("oddswire_gaps", () => _gaps is { } gaps ? Enum.GetValues<GapState>().Select(state =>
            new Measurement<long>(gaps.Count(gap => gap.State == state), new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant()))) : []);
        _meter.CreateObservableGauge("oddswire_sessions", () => Known<long>(_sessions));
        _meter.CreateObservableCounter("oddswire_tape_fills", () => Known(_tape?.Newest));
        _meter.CreateObservableGauge("oddswire_tape_lag_seconds", () => Known(_tape?.SweptTime is { } swept ? (Now - swept) / 1000.0 : (double?)null));
        _meter.CreateObservableGauge("oddswire_tape_degraded", () => _tape is { } tape ? [One(tape.Degraded is not null)] : Enumerable.Empty<Measurement<long>>());
        _meter.CreateObservableGauge("oddswire_journal_degraded", () => One(_journal.Trouble is not null));
    }

    /// <summary>Null: the journal is written.</summary>
    internal string? JournalTrouble => _journal.Trouble;

    internal Task<ImmutableArray<FeedStatus>> Feeds() =>
        Asked(_topology.Feeds, static (ActorRef<ImmutableArray<FeedStatus>> to) => new FeedsMessage.GetStatus(to));

    internal Task<TapeHead> Tape() => Asked(_topology.Tape, static (ActorRef<TapeHead> to) => new TapeMessage.GetHead(to));

    /// <summary>For the gauges.</summary>
    internal async Task Look()
    {
        var feeds = InTime(Feeds());
        var tape = InTime(Tape());
        var sessions = InTime(Asked(_topology.Sessions!, static (ActorRef<int> to) => new SessionsMessage.Count(to)));
        var gaps = InTime(Asked(_topology.Ledger, static (ActorRef<ImmutableArray<Gap>> to) => new LedgerMessage.GetGaps(to)));
        (_feeds, _tape) = (await feeds is [var known] ? known : [], (await tape).FirstOrDefault());
        _sessions = await sessions is [var count] ? count : null;
        _gaps = await gaps is [var all] ? all : null;
    }

    private async Task<TReply> Asked<TMessage, TReply>(ActorRef<TMessage> actor, Func<ActorRef<TReply>, TMessage> question) =>
        await _topology.System.Ask(actor, question, Patience);

    /// <summary>The answer, or none.</summary>
    private static async Task<ImmutableArray<T>> InTime<T>(Task<T> asked)
    {
        try
        {
            return [await asked];
        }
        catch (TimeoutException)
        {
            return [];
        }
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private static IEnumerable<Measurement<T>> Known<T>(T? value) where T : struct => value is { } known ? [new Measurement<T>(known)] : [];

    private static Measurement<long> One(bool holds, params ReadOnlySpan<KeyValuePair<string, object?>> labels) => new(holds ? 1 : 0, labels);

    public void Dispose() => _meter.Dispose();
}
