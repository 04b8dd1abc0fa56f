using System.Collections.Immutable;
using Oddswire.Host.Storage;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.TestKit;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage;

/// <summary>What every table of market texts promises. Inherited once per store.</summary>
public abstract class MarketTextsSpec
{
    protected ManualClock Clock { get; } = new();
    private protected abstract IMarketTexts Texts { get; }

    [Fact]
    public async Task What_was_kept_is_found_and_what_was_not_is_left_out()
    {
        var strange = new MarketText(null, "", "Wer \u0000 gewinnt 'das'? 🎲", "Ja") { EventSlug = "das 'große' \u0000", Outcome = 1 };
        await Texts.Keep([Named(1), new(TapeFills.Token(2), strange)]);
        Assert.Equal([Named(1), new(TapeFills.Token(2), strange)], await Find(3, 1, 2));
        Assert.Empty(await Find(3));
        Assert.Empty(await Find());
    }

    [Fact]
    public async Task What_was_learned_again_replaces_what_was_known()
    {
        await Texts.Keep([Named(1)]);
        var renamed = Named(1).Value with { Title = "Another title" };
        await Texts.Keep([new(TapeFills.Token(1), renamed)]);
        Assert.Equal([new(TapeFills.Token(1), renamed)], await Find(1));
    }

    [Fact]
    public async Task After_a_week_it_is_asked_for_again()
    {
        await Texts.Keep([Named(1)]);
        Clock.WallOffset = TimeSpan.FromDays(6.9);
        Assert.Single(await Find(1));
        Clock.WallOffset = TimeSpan.FromDays(7.1);
        Assert.Empty(await Find(1));
    }

    [Fact(Explicit = true)]
    public async Task No_more_are_kept_than_the_bound()
    {
        const int each = 10_000;
        for (var first = 0; first <= IMarketTexts.Most; first += each)
        {
            Clock.WallOffset += TimeSpan.FromSeconds(1);
            await Texts.Keep([.. Enumerable.Range(first, each).Select(Named)]);
        }
        for (var n = 0; n <= IMarketTexts.KeepsBetweenTrims; n++) await Texts.Keep([Named(IMarketTexts.Most)]);
        Assert.Empty(await Find(0));
        Assert.Single(await Find(IMarketTexts.Most - 1));
    }

    private static KeyValuePair<TokenId, MarketText> Named(int n) => new(TapeFills.Token(n), TapeFills.Market(n));

    private async Task<IEnumerable<KeyValuePair<TokenId, MarketText>>> Find(params int[] tokens) =>
        (await Texts.Find([.. tokens.Select(TapeFills.Token)])).OrderBy(market => market.Key.ToString(), StringComparer.Ordinal);
}
