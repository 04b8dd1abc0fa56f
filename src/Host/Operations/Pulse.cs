using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Oddswire.Actors;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Runtime;

namespace Oddswire.Host.Operations;

/// <summary>What went on in the last second, for whoever looks at the program.</summary>
/// <param name="Fills">New fills, put on the tape in that second.</param>
/// <param name="Rate">Fills a second, over the last ten: the chain brings them in blocks.</param>
/// <param name="Shown">The newest of them, oldest first; a person reads no more.</param>
internal sealed record Pulse(ImmutableArray<FeedStatus> Feeds, long Fills, double Rate, int Clients, TapeHead Tape, ImmutableArray<TapeEntry> Shown);

/// <summary>One pulse a second, asked of the actors and read off the tape like anybody else would. A second without an answer is left out.</summary>
internal sealed class Pulses(Topology topology, ITape tape, TimeProvider time)
{
    internal const int MostShown = 10;
    private const int RateOver = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Queue<(long At, long Newest)> _past = [];

    internal async IAsyncEnumerable<Pulse> Read([EnumeratorCancellation] CancellationToken stop)
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        var seen = (await tape.Open()).Newest;
        while (await second.WaitForNextTickAsync(stop))
        {
            if (await Take(seen) is not { } pulse)
                continue;
            seen = pulse.Tape.Newest;
            yield return pulse;
        }
    }

    private async Task<Pulse?> Take(long seen)
    {
        try
        {
            var feeds = await topology.System.Ask(topology.Feeds, (ActorRef<ImmutableArray<FeedStatus>> to) => new FeedsMessage.GetStatus(to), Patience);
            var clients = await topology.System.Ask(topology.Sessions!, (ActorRef<int> to) => new SessionsMessage.Count(to), Patience);
            var head = await topology.System.Ask(topology.Tape, (ActorRef<TapeHead> to) => new TapeMessage.GetHead(to), Patience);
            var newest = head.Newest > seen ? await tape.Newest(MostShown) : [];
            return new Pulse(feeds, head.Newest - seen, Rate(seen, head.Newest), clients, head,
                [.. newest.Where(entry => entry is { Kind: EntryKind.Fill, Position: { } position } && position.Offset > seen && position.Offset <= head.Newest)]);
        }
        catch (Exception e) when (e is TimeoutException or TapeUnavailableException)
        {
            return null;
        }
    }

    private double Rate(long seen, long newest)
    {
        if (_past.Count == 0)
            _past.Enqueue((time.GetTimestamp() - time.TimestampFrequency, seen));
        _past.Enqueue((time.GetTimestamp(), newest));
        while (_past.Count > RateOver + 1)
            _past.Dequeue();
        var first = _past.Peek();
        return (newest - first.Newest) / time.GetElapsedTime(first.At).TotalSeconds;
    }
}
