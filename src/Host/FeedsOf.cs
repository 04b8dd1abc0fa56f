using System.Collections.Immutable;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Ports;
using Oddswire.Host.Settings;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Polygon;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Host;

/// <summary>From settings to feeds.</summary>
internal static class FeedsOf
{
    /// <param name="sweptBlock">How far the tape says that the chain has been swept.</param>
    internal static ImmutableArray<FeedSettings> Settings(FeedsSettings settings, long? sweptBlock)
    {
        var feeds = ImmutableArray.CreateBuilder<FeedSettings>();
        if (settings.Rtds is { Enabled: true, Url: { } rtdsUrl } rtds)
        {
            feeds.Add(new FeedSettings("rtds", SourceKind.Witness, Address(rtdsUrl), () => new RtdsConversation(rtds.Ping))
            {
                Silence = rtds.Silence,
                Redial = rtds.Redial,
                Backoff = Backoff(rtds.Backoff),
            });
        }
        if (settings.Polygon is { Enabled: true, Url: { } polygonUrl } polygon)
        {
            var cursor = new SweepCursor { Through = sweptBlock };
            var filter = LogFilter.All with
            {
                Contracts = [.. polygon.Contracts.Select(static contract => WireText.Parse<WalletId>(contract))],
            };
            var rules = new PolygonRules(filter, polygon.Sweep, polygon.Range, polygon.Confirmations);
            feeds.Add(new FeedSettings("polygon", SourceKind.Chain, Address(polygonUrl), () => new PolygonConversation(rules, cursor))
            {
                Silence = polygon.Silence,
                Backoff = Backoff(polygon.Backoff),
            });
        }
        return feeds.DrainToImmutable();
    }

    private static UpstreamAddress Address(Settings.Endpoint url) => new(url.Uri, []);

    private static Backoff Backoff(BackoffSettings settings) => new(settings.First, settings.Max, Jitter.Full);
}
