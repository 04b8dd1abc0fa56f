using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Runtime;

namespace Oddswire.Actors.Feeds;

/// <summary>What is told of markets of Polymarket US goes to those markets.</summary>
internal sealed class UsMarketsOutlet(ActorRef<UsMarketsMessage> markets) : IOutlet
{
    /// <summary>A book is good when it has come, and trades are said to be covered one by one.</summary>
    public void Up(SourceId source, ActorRef<ChainQuestion>? chain) { }

    public void Down(SourceId source, long since, string reason) => markets.Tell(new UsMarketsMessage.SourceDown(source, since, reason));

    public void Carry(SourceId source, Talk talk)
    {
        if (talk.UsTrades.Count > 0)
            markets.Tell(new UsMarketsMessage.TradesCovered(source, talk.UsTrades.DrainToImmutable()));
        if (talk.UsMarkets.Count > 0)
            markets.Tell(new UsMarketsMessage.Heard(source, talk.UsMarkets.DrainToImmutable()));
    }
}
