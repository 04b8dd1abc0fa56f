using Oddswire.Actors.Catalog;
using Oddswire.Actors.Markets;
using Oddswire.Actors.Sessions;
using Oddswire.Actors.Subscriptions;
using Oddswire.Actors.Tape;
using Oddswire.Actors.UsMarkets;
using Oddswire.Host.Settings;

namespace Oddswire.Host;

/// <summary>From settings to the rules of the stages.</summary>
internal static class RulesOf
{
    internal static TapeRules Tape(GatewaySettings settings) => new()
    {
        Release = settings.Orders.Release == OrderRelease.First ? Release.First : Release.Complete,
        WaitAtMost = settings.Feeds.Polygon is { Enabled: true } polygon
            ? TapeRules.WaitFor(settings.Orders.WaitAtMost, polygon.Confirmations, polygon.Sweep) : settings.Orders.WaitAtMost,
        LateAfter = settings.Orders.LateAfter,
        CatalogWait = settings.Catalog.Wait,
        BufferBytes = settings.Tape.Buffer,
        HasChain = settings.Feeds.Polygon.Enabled,
    };

    internal static SessionRules Sessions(LimitsSettings settings, ClobSettings clob, UsSettings us) => new()
    {
        OutboxBytes = settings.Outbox,
        BookTokens = clob.Tokens,
        Us = new UsRules
        {
            Requests = us.Requests,
            Slugs = us.Slugs,
            Heartbeat = us.Heartbeat,
            Debounce = us.Debounce,
            SnapshotOnSubscribe = us.SnapshotOnSubscribe,
            LegacyPayloads = us.LegacyPayloads,
        },
    };

    internal static BookRules Books(ClobMarketSettings settings) => new() { Silence = settings.Silence };

    internal static UsMarketRules UsMarkets(UsMarketsSettings settings) => new() { Silence = settings.Silence, Linger = settings.Linger };

    internal static DurableRules Durable(SubscriptionsSettings settings) => new() { Keep = settings.Keep, MaxBytes = settings.Max };

    internal static CatalogRules Catalog(CatalogSettings settings) => new()
    {
        Batch = settings.Batch,
        Size = settings.Cache.Size,
        Found = settings.Cache.Found,
        Missing = settings.Cache.Missing,
    };
}
