using System.Globalization;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Why;

/// <summary>Times, spans, fills and filters as the sentences say them. Names that come from outside are cut and stripped of what moves a cursor.</summary>
internal static class Words
{
    private const int LongestName = 120;

    internal static string Time(long milliseconds) => milliseconds <= 0
        ? "a time that is no longer on record"
        : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    internal static string Span(long milliseconds) => Math.Abs(milliseconds) switch
    {
        < 120_000 and var ms => string.Create(CultureInfo.InvariantCulture, $"{ms / 1000.0:0.0} s"),
        < 7_200_000 and var ms => string.Create(CultureInfo.InvariantCulture, $"{ms / 60_000} minutes"),
        var ms => string.Create(CultureInfo.InvariantCulture, $"{ms / 3_600_000} hours"),
    };

    internal static string Clean(string text)
    {
        var cut = text.Length > LongestName ? text[..LongestName] + "..." : text;
        return string.Concat(cut.Select(static c => char.IsControl(c) ? '?' : c));
    }

    internal static string Of(Fill fill)
    {
        var market = fill.Market.Slug.Length > 0 ? Clean(fill.Market.Slug) : "a market whose name was not known";
        var label = fill.Market.Label.Length > 0 ? $" of '{Clean(fill.Market.Label)}'" : "";
        return $"{fill.User} {(fill.Side == Side.Buy ? "bought" : "sold")} {fill.Shares}{label} at {fill.Price} in {market}";
    }

    internal static string Of(OrderFilter filter) => string.Join(" and ", Kinds(filter));

    /// <summary>What of the filter the fill met.</summary>
    internal static string Met(OrderFilter filter, Fill fill)
    {
        var met = new List<string>();
        if (filter.Users.IsAsked)
            met.Add(filter.Users.IsEverything ? "its users are *" : $"{fill.User} is one of its users ({filter.Users.Values.Length})");
        if (filter.Conditions.IsEverything || filter.Slugs.IsEverything)
            met.Add("its markets are *");
        else if (fill.Market.Condition is { } condition && filter.Conditions.Contains(condition))
            met.Add($"{condition} is one of its condition_ids");
        else if (filter.Slugs.IsAsked && filter.Slugs.Contains(fill.Market.Slug))
            met.Add($"{Clean(fill.Market.Slug)} is one of its market_slugs");
        return string.Join(", and ", met);
    }

    /// <summary>What of the filter the fill did not meet.</summary>
    internal static string Missed(OrderFilter filter, Fill fill)
    {
        var missed = new List<string>();
        if (filter.Users.IsAsked && !filter.Users.Contains(fill.User))
        {
            missed.Add(filter.Users.Values is [var only] ? $"its only user is {only}, not {fill.User}" : $"its {filter.Users.Values.Length} users do not have {fill.User}");
            if (fill.Taker is { } taker && filter.Users.Contains(taker))
                missed.Add($"{taker}, which they have, is only the other side: its own order is a fill of its own");
        }
        if (!(filter with { Users = Wanted<WalletId>.Unasked }).Matches(fill))
        {
            missed.Add(fill.Market.Slug.Length == 0 && fill.Market.Condition is null
                ? "it asks for markets, and the name of this one was not known then"
                : $"its markets do not have {Clean(fill.Market.Slug)}");
        }
        return string.Join("; ", missed);
    }

    private static IEnumerable<string> Kinds(OrderFilter filter)
    {
        if (filter.Users.IsAsked)
            yield return "users " + Values(filter.Users, static wallet => wallet.ToString());
        if (filter.Conditions.IsAsked)
            yield return "condition_ids " + Values(filter.Conditions, static condition => condition.ToString());
        if (filter.Slugs.IsAsked)
            yield return "market_slugs " + Values(filter.Slugs, Clean);
    }

    private static string Values<T>(Wanted<T> wanted, Func<T, string> text) where T : IEquatable<T> =>
        wanted.IsEverything ? "*" : wanted.Values.Length <= 3 ? string.Join(", ", wanted.Values.Select(text)) : string.Create(CultureInfo.InvariantCulture, $"({wanted.Values.Length} of them)");
}
