using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Host.Storage;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Upstream;

/// <summary>A catalog that asks only for what is not in its table, and keeps what it learns. A store that fails is a table that is empty.</summary>
internal sealed partial class RememberingCatalog(ICatalogSource source, IMarketTexts table, ILogger log) : ICatalogSource
{
    public async ValueTask<ImmutableArray<KeyValuePair<TokenId, MarketText>>> Find(ImmutableArray<TokenId> tokens, CancellationToken cancel)
    {
        var remembered = await Remembered(tokens);
        var unknown = tokens.RemoveRange(remembered.Select(static market => market.Key));
        if (unknown.IsEmpty)
            return remembered;
        var found = await source.Find(unknown, cancel);
        await Remember(found);
        return remembered.AddRange(found);
    }

    private async Task<ImmutableArray<KeyValuePair<TokenId, MarketText>>> Remembered(ImmutableArray<TokenId> tokens)
    {
        try
        {
            return await table.Find(tokens);
        }
        catch (StoreUnavailableException e)
        {
            NotRemembered(log, e.Message);
            return [];
        }
    }

    private async Task Remember(ImmutableArray<KeyValuePair<TokenId, MarketText>> found)
    {
        if (found.IsEmpty)
            return;
        try
        {
            await table.Keep(found);
        }
        catch (StoreUnavailableException e)
        {
            NotRemembered(log, e.Message);
        }
    }

    [LoggerMessage(120, LogLevel.Debug, "the table of market texts was passed over: {Reason}")]
    private static partial void NotRemembered(ILogger log, string reason);
}
