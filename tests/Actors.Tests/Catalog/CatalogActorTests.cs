using System.Collections.Immutable;
using Oddswire.Actors.Catalog;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Catalog;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Catalog;

public sealed class CatalogActorTests : ICatalogSource
{
    private readonly TestSystem _kit = new();
    private readonly Probe<TapeMessage> _tape;
    private readonly List<ImmutableArray<TokenId>> _asked = [];
    private readonly HashSet<TokenId> _unknown = [];
    private bool _fails;

    public CatalogActorTests() => _tape = _kit.Probe<TapeMessage>();

    ValueTask<ImmutableArray<KeyValuePair<TokenId, MarketText>>> ICatalogSource.Find(ImmutableArray<TokenId> tokens, CancellationToken cancel)
    {
        _asked.Add(tokens);
        if (_fails)
            return ValueTask.FromException<ImmutableArray<KeyValuePair<TokenId, MarketText>>>(new HttpRequestException("no answer"));
        return new([.. tokens.Where(token => !_unknown.Contains(token)).Select(static token => KeyValuePair.Create(token, Made.Market))]);
    }

    private ActorRef<CatalogMessage> Catalog(CatalogRules rules) => _kit.Spawn(() => new CatalogActor(this, rules), "catalog");

    private void Describe(ActorRef<CatalogMessage> catalog, params ReadOnlySpan<int> tokens)
    {
        var wanted = ImmutableArray.CreateBuilder<TokenId>();
        foreach (var token in tokens)
            wanted.Add(Made.Token(token));
        catalog.Tell(new CatalogMessage.Describe(wanted.DrainToImmutable(), _tape));
        _kit.Settle();
    }

    private TokenId[] Described() => [.. _tape.Expect<TapeMessage.Described>().Tokens.Select(static token => token.Key)];

    [Fact]
    public void No_more_tokens_than_a_batch_are_asked_for_at_a_time()
    {
        Describe(Catalog(new CatalogRules { Batch = 2 }), 1, 2, 3, 4, 5);
        Assert.Equal([2, 2, 1], _asked.Select(static tokens => tokens.Length));
    }

    [Fact]
    public void What_was_found_is_remembered_for_its_time_and_then_asked_for_again()
    {
        var catalog = Catalog(new CatalogRules { Found = TimeSpan.FromHours(1) });
        Describe(catalog, 1);
        _kit.Advance(TimeSpan.FromMinutes(59));
        Describe(catalog, 1);
        Assert.Single(_asked);
        _kit.Advance(TimeSpan.FromMinutes(2));
        Describe(catalog, 1);
        Assert.Equal(2, _asked.Count);
        for (var i = 0; i < 3; i++)
            Assert.Equal([Made.Token(1)], Described());
    }

    [Fact]
    public void The_oldest_of_too_many_is_forgotten_first()
    {
        var catalog = Catalog(new CatalogRules { Size = 3 });
        Describe(catalog, 1);
        Describe(catalog, 2);
        Describe(catalog, 3);
        Describe(catalog, 4);
        _asked.Clear();
        Describe(catalog, 2, 3, 4);
        Assert.Empty(_asked);
        Describe(catalog, 1);
        Assert.Single(_asked);
    }

    [Fact]
    public void A_token_that_the_venue_does_not_know_yet_is_asked_for_ever_more_slowly_until_it_does()
    {
        _unknown.Add(Made.Token(1));
        Describe(Catalog(new CatalogRules { Missing = TimeSpan.FromSeconds(30) }), 1);
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(_asked.Count, 3, 4);
        _kit.Advance(TimeSpan.FromMinutes(2));
        _asked.Clear();
        _kit.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(10, _asked.Count);
        _tape.ExpectNothing();
        _unknown.Clear();
        _kit.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([Made.Token(1)], Described());
    }

    [Fact]
    public void A_venue_that_does_not_answer_is_asked_again()
    {
        _fails = true;
        Describe(Catalog(new CatalogRules()), 1);
        _fails = false;
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([Made.Token(1)], Described());
    }
}
