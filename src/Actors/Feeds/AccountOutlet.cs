using Oddswire.Messages.Accounts;
using Oddswire.Messages.Feeds;
using Oddswire.Runtime;

namespace Oddswire.Actors.Feeds;

/// <summary>What happens to an account goes to that account.</summary>
internal sealed class AccountOutlet(string account, ActorRef<AccountMessage> accounts) : IOutlet
{
    public void Up(SourceId source, ActorRef<ChainQuestion>? chain) => accounts.Tell(new AccountMessage.SourceUp(account));

    public void Down(SourceId source, long since, string reason) => accounts.Tell(new AccountMessage.SourceDown(account, since, reason));

    public void Carry(SourceId source, Talk talk)
    {
        if (talk.Account.Count > 0)
            accounts.Tell(new AccountMessage.Heard(account, talk.Account.DrainToImmutable()));
    }
}
