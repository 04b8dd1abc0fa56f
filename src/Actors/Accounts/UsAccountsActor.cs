using System.Collections.Immutable;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Actors.Accounts;

/// <summary>/us-accounts: one child for each account at Polymarket US of the configuration, found by its name.</summary>
public sealed class UsAccountsActor(ImmutableArray<string> names, ActorRef<LedgerMessage> ledger) : Actor<UsAccountMessage>
{
    private readonly Dictionary<string, ActorRef<UsAccountMessage>> _accounts = new(StringComparer.Ordinal);

    protected override ValueTask PreStart()
    {
        foreach (var name in names)
        {
            var source = new SourceGap(name, $"us-private-{name}", ledger, System.Random);
            _accounts.Add(name, Spawn(Props.Of(() => new UsAccountActor(name, source, ledger)), name));
        }
        return default;
    }

    protected override ValueTask Receive(UsAccountMessage message)
    {
        if (_accounts.TryGetValue(message.Account, out var account))
            account.Tell(message);
        else if (message is UsAccountMessage.Follow follow)
            follow.Session.Tell(new SessionMessage.NoAccount(follow.Account));
        else
            Unhandled(message);
        return default;
    }
}
