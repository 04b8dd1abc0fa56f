using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Actors.Ports;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Host.Tests.Storage.Sqlite;
using Oddswire.Host.Upstream;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Upstream;

public sealed class RememberingCatalogTests : IAsyncDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly Venue _venue = new();

    [Fact]
    public async Task The_venue_is_asked_once_and_not_again_after_a_restart()
    {
        var catalog = Open();
        Assert.Equal(2, (await Find(catalog, 1, 2)).Length);
        Assert.Equal(3, (await Find(catalog, 1, 2, 3)).Length);
        await _folder.Close();
        catalog = Open();
        Assert.Equal([TapeFills.Market(1), TapeFills.Market(3)], (await Find(catalog, 1, 3)).Select(market => market.Value));
        Assert.Equal([[TapeFills.Token(1), TapeFills.Token(2)], [TapeFills.Token(3)]], _venue.Asked.Select(tokens => tokens.AsEnumerable()));
    }

    [Fact]
    public async Task What_the_venue_does_not_know_is_asked_for_again()
    {
        var catalog = Open();
        Assert.Empty(await Find(catalog, 1_000));
        Assert.Empty(await Find(catalog, 1_000));
        Assert.Equal(2, _venue.Asked.Count);
    }

    [Fact]
    public async Task A_store_that_fails_is_passed_over()
    {
        var catalog = Open();
        await Find(catalog, 1);
        await _folder.Close();
        Assert.Single(await Find(catalog, 1));
        Assert.Equal(2, _venue.Asked.Count);
    }

    [Fact]
    public async Task A_venue_that_fails_fails_the_question()
    {
        var catalog = Open();
        await Find(catalog, 1);
        _venue.IsDown = true;
        await Assert.ThrowsAsync<HttpRequestException>(async () => await Find(catalog, 1, 2));
        Assert.Single(await Find(catalog, 1));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private RememberingCatalog Open() => new(_venue, new SqliteMarketTexts(_folder.Open(), TimeProvider.System), NullLogger.Instance);

    private static async Task<ImmutableArray<KeyValuePair<TokenId, MarketText>>> Find(RememberingCatalog catalog, params int[] tokens) =>
        await catalog.Find([.. tokens.Select(TapeFills.Token)], TestContext.Current.CancellationToken);

    // Knows the tokens below 1,000.
    private sealed class Venue : ICatalogSource
    {
        public List<ImmutableArray<TokenId>> Asked { get; } = [];
        public bool IsDown { get; set; }

        public ValueTask<ImmutableArray<KeyValuePair<TokenId, MarketText>>> Find(ImmutableArray<TokenId> tokens, CancellationToken cancel)
        {
            if (IsDown) throw new HttpRequestException("503");
            Asked.Add(tokens);
            return new([.. Enumerable.Range(1, 999).Where(n => tokens.Contains(TapeFills.Token(n))).Select(n => new KeyValuePair<TokenId, MarketText>(TapeFills.Token(n), TapeFills.Market(n)))]);
        }
    }
}
