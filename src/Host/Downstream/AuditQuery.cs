using System.Globalization;

namespace Oddswire.Host.Downstream;

/// <summary>What is wanted of the audit trail.</summary>
internal sealed record AuditQuery(string Kind, string Key, string Subscription, string Feed, long Since, long Until, long After, int Limit, bool Follow)
{
    private const int MostOnPage = 1_000;

    internal static (AuditQuery? Query, Answer Refusal) Read(Call call)
    {
        if (!TryTime(call.Query("since"), 0, out var since))
            return Wrong("since", "since is a time such as 2026-11-21T12:00:00Z");
        if (!TryTime(call.Query("until"), long.MaxValue, out var until))
            return Wrong("until", "until is a time such as 2026-11-21T12:00:00Z");
        var after = 0L;
        if (call.Query("after") is { Length: > 0 } cursor && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            return Wrong("after", "after is the next of the page before");
        var limit = 100;
        if (call.Query("limit") is { Length: > 0 } number && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostOnPage))
            return Wrong("limit", $"limit is 1 to {MostOnPage}");
        return (new(call.Query("kind"), call.Query("key"), call.Query("subscription"), call.Query("feed"), since, until, after, limit, call.Query("follow") == "1"), default);
    }

    internal bool Wants(AuditEntry entry) =>
        (Kind.Length == 0 || entry.Kind == Kind || entry.Kind.StartsWith(Kind + ".", StringComparison.Ordinal))
        && (Key.Length == 0 || entry.Key == Key)
        && (Feed.Length == 0 || entry.Feed == Feed)
        && (Subscription.Length == 0 || entry.Subscriptions.Contains(Subscription))
        && entry.Time >= Since && entry.Time <= Until;

    private static bool TryTime(string text, long otherwise, out long milliseconds)
    {
        milliseconds = otherwise;
        if (text.Length == 0)
            return true;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return false;
        milliseconds = time.ToUnixTimeMilliseconds();
        return true;
    }

    private static (AuditQuery?, Answer) Wrong(string field, string message) => (null, Answer.Error(400, "INVALID_FIELD", message, field));
}
