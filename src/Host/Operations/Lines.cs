using System.Collections.Immutable;
using System.Globalization;
using Oddswire.Actors;
using Oddswire.Host.Settings;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Runtime;

namespace Oddswire.Host.Operations;

/// <summary>What the gateway prints when nobody looks at a screen: how to connect, and then a line a second.</summary>
internal sealed class Lines(Topology topology, LoadedSettings loaded, TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    internal async Task Ready()
    {
        var http = loaded.Values.Http;
        foreach (var notice in loaded.Notices)
            await output.WriteLineAsync(notice);
        if (loaded.Values.Keys.Any(static key => key is { IsDemo: true, Name: "demo-dev" }))
        {
            await output.WriteLineAsync($"ready  ws://{http.Host}:{http.Port}/demo-dev  http://{http.Host}:{http.Port}/");
            const string subscribe = """{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":["*"]}}""";
            await output.WriteLineAsync($"try    npx wscat -c ws://{http.Host}:{http.Port}/demo-dev -x '{subscribe}' -w 5");
        }
        else
        {
            await output.WriteLineAsync($"ready  ws://{http.Host}:{http.Port}/KEY  http://{http.Host}:{http.Port}/");
        }
        await output.FlushAsync(CancellationToken.None);
    }

    internal async Task Run(CancellationToken stop)
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        var before = await Head();
        try
        {
            while (await second.WaitForNextTickAsync(stop))
            {
                var head = await Head();
                var feeds = await topology.System.Ask(topology.Feeds, (ActorRef<ImmutableArray<FeedStatus>> to) => new FeedsMessage.GetStatus(to), Patience);
                var clients = await topology.System.Ask(topology.Sessions!, (ActorRef<int> to) => new SessionsMessage.Count(to), Patience);
                var states = string.Join("  ", feeds.Select(static feed => $"{feed.Name} {feed.State.ToString().ToLowerInvariant()}"));
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{states}  {head - before} fills/s  {clients} clients  position {head}"));
                await output.FlushAsync(CancellationToken.None);
                before = head;
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    private async ValueTask<long> Head() =>
        (await topology.System.Ask(topology.Tape, (ActorRef<TapeHead> to) => new TapeMessage.GetHead(to), Patience)).Newest;
}
