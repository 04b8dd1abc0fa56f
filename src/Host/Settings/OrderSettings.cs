namespace Oddswire.Host.Settings;

public enum TapeStore { Sqlite, Postgres, Memory }

/// <summary>How long fills are kept, and how much may wait while they cannot be written.</summary>
public sealed record TapeSettings(TapeStore Store, TimeSpan Keep, long Max, long Buffer)
{
    internal static TapeSettings Read(Section at) => new(
        at.Choice("store", ("sqlite", TapeStore.Sqlite), ("postgres", TapeStore.Postgres), ("memory", TapeStore.Memory)),
        at.Duration("keep", "1m", "3650d"),
        at.Size("max", "1MiB", "1EB"),
        at.Size("buffer", "1MiB", "16GiB"));
}

/// <summary>How far a durable subscription may be behind: by the age of what it has not acknowledged, and by its size.</summary>
public sealed record SubscriptionsSettings(TimeSpan Keep, long Max)
{
    internal static SubscriptionsSettings Read(Section at) => new(at.Duration("keep", "1s", "3650d"), at.Size("max", "1KiB", "1EB"));
}

public enum OrderRelease { Complete, First }

/// <summary>When a fill goes out: as soon as the first source tells of it, or when the chain has confirmed it.</summary>
public sealed record OrdersSettings(OrderRelease Release, TimeSpan WaitAtMost, TimeSpan LateAfter)
{
    internal static OrdersSettings Read(Section at) => new(
        at.Choice("release", ("complete", OrderRelease.Complete), ("first", OrderRelease.First)),
        at.Duration("wait_at_most", "0s", "10m"),
        at.Duration("late_after", "0s", "1d"));
}

/// <summary>Names of markets: from where, how long a fill waits for them, what is remembered.</summary>
public sealed record CatalogSettings(Endpoint? Url, TimeSpan Wait, TimeSpan Timeout, int Batch, CatalogCacheSettings Cache)
{
    internal static CatalogSettings Read(Section at)
    {
        var settings = new CatalogSettings(
            at.Endpoint("url", "https", "http"),
            at.Duration("wait", "0s", "1m"),
            at.Duration("timeout", "100ms", "5m"),
            at.Whole("batch", 1, 500),
            CatalogCacheSettings.Read(at.In("cache")));
        if (settings.Url is null) at.Refuse("url", "an address such as https://host", "none");
        return settings;
    }
}

public sealed record CatalogCacheSettings(int Size, TimeSpan Found, TimeSpan Missing)
{
    internal static CatalogCacheSettings Read(Section at) =>
        new(at.Whole("size", 100, 10_000_000), at.Duration("found", "1s", "365d"), at.Duration("missing", "100ms", "1d"));
}
