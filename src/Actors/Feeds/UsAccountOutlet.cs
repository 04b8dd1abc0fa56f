using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Runtime;

namespace Oddswire.Actors.Feeds;

/// <summary>What happens to an account at Polymarket US goes to that account.</summary>
internal sealed class UsAccountOutlet(string account, ActorRef<UsAccountMessage> accounts) : IOutlet
{
    public void Up(SourceId source, ActorRef<ChainQuestion>? chain) => accounts.Tell(new UsAccountMessage.SourceUp(account));

    public void Down(SourceId source, long since, string reason) => accounts.Tell(new UsAccountMessage.SourceDown(account, since, reason));

    public void Carry(SourceId source, Talk talk)
    {
        if (talk.UsAccount.Count > 0)
            accounts.Tell(new UsAccountMessage.Heard(account, talk.UsAccount.DrainToImmutable()));
    }
}
