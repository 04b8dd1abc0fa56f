using System.Collections.Immutable;
using System.Net;
using Oddswire.Host.Hocon;

namespace Oddswire.Host.Settings;

/// <summary>Everything that can be set: a record per section of hocon/oddswire.conf.</summary>
public sealed record GatewaySettings(
    NodeSettings Node,
    LogSettings Log,
    HttpSettings Http,
    OperationsSettings Operations,
    LimitsSettings Limits,
    ImmutableArray<KeySettings> Keys,
    FeedsSettings Feeds,
    ImmutableArray<AccountSettings> Accounts,
    CatalogSettings Catalog,
    OrdersSettings Orders,
    TapeSettings Tape,
    SubscriptionsSettings Subscriptions,
    StorageSettings Storage,
    JournalSettings Journal,
    WhySettings Why,
    ClusterSettings Cluster,
    ClobSettings Clob,
    UsSettings Us,
    SimulatorSection Simulator)
{
    internal static LoadedSettings Read(HoconObject configuration)
    {
        var reading = new Reading();
        var root = new Section(reading, "", configuration, complete: true);
        var http = HttpSettings.Read(root.In("http"));
        var tape = TapeSettings.Read(root.In("tape"));
        var settings = new GatewaySettings(
            NodeSettings.Read(root.In("node")),
            LogSettings.Read(root.In("log")),
            http,
            OperationsSettings.Read(root.In("operations")),
            LimitsSettings.Read(root.In("limits")),
            KeySettings.ReadAll(root, loopback: IPAddress.IsLoopback(http.Host)),
            FeedsSettings.Read(root.In("feeds")),
            AccountSettings.ReadAll(root),
            CatalogSettings.Read(root.In("catalog")),
            OrdersSettings.Read(root.In("orders")),
            tape,
            SubscriptionsSettings.Read(root.In("subscriptions")),
            StorageSettings.Read(root.In("storage"), tape.Store),
            JournalSettings.Read(root.In("journal")),
            WhySettings.Read(root.In("why")),
            ClusterSettings.Read(root.In("cluster")),
            ClobSettings.Read(root.In("clob")),
            UsSettings.Read(root.In("us")),
            SimulatorSection.Read(root.In("simulator")));
        if (settings.Feeds.UsMarkets is { Enabled: true, Account: { Length: > 0 } account } && !settings.Accounts.OfType<UsAccountSettings>().Any(known => known.Name == account))
            root.In("feeds").In("us-markets").Refuse("account", "one of `accounts` with venue = us", "another");
        reading.End();
        return new LoadedSettings(settings, [.. reading.Settings], [.. reading.Notices]);
    }
}

/// <summary>The settings, where each came from, and what an operator should know about them.</summary>
public sealed record LoadedSettings(GatewaySettings Values, ImmutableArray<EffectiveSetting> Effective, ImmutableArray<string> Notices);
