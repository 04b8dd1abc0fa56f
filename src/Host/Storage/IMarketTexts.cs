using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Storage;

// What tokens are called, kept beside the tape so that a restart does not ask the venue for all of them again.
// A bounded number, the latest learned; what was learned long ago counts as unknown, for names change. Throws StoreUnavailableException.
internal interface IMarketTexts
{
    const int Most = 200_000;
    const int KeepsBetweenTrims = 64;
    static readonly TimeSpan Fresh = TimeSpan.FromDays(7);

    ValueTask<ImmutableArray<KeyValuePair<TokenId, MarketText>>> Find(ImmutableArray<TokenId> tokens);

    ValueTask Keep(ImmutableArray<KeyValuePair<TokenId, MarketText>> texts);
}
