using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Storage.Sqlite.Reels;

// What of a fill its reel's lists are made of. A value: as objects thousands of fills would go through all generations of the collector
// until their reel is closed.
internal readonly record struct ReelRow(bool IsThere, long Timestamp, WalletId User, TokenId Token, ConditionId? Condition, string Slug)
{
    public static ReelRow Of(Fill fill, bool removed = false) => new(!removed, fill.Timestamp, fill.User, fill.Token, fill.Market.Condition, fill.Market.Slug);

    public bool Matches(OrderQuery query) =>
        IsThere
        && (query.User is not { } user || user == User)
        && (query.Token is not { } token || token == Token)
        && (query.Condition is not { } condition || condition == Condition)
        && (query.Slug is not { } slug || (slug.Length > 0 && slug == Slug))
        && !(Timestamp < query.From) && !(Timestamp > query.To);
}
