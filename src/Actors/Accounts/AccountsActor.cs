using System.Collections.Immutable;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Actors.Accounts;

/// <summary>/accounts: one child for each account of the configuration, found by its name.</summary>
public sealed class AccountsActor(ImmutableArray<string> names, ActorRef<LedgerMessage> ledger) : Actor<AccountMessage>
{
    private readonly Dictionary<string, ActorRef<AccountMessage>> _accounts = new(StringComparer.Ordinal);

    protected override ValueTask PreStart()
    {
        foreach (var name in names)
        {
            var source = new SourceGap(name, $"clob-user-{name}", ledger, System.Random);
            _accounts.Add(name, Spawn(Props.Of(() => new AccountActor(name, source, ledger)), name));
        }
        return default;
    }

    protected override ValueTask Receive(AccountMessage message)
    {
        if (_accounts.TryGetValue(message.Account, out var account))
            account.Tell(message);
        else if (message is AccountMessage.Join join)
            join.Session.Tell(new SessionMessage.NoAccount(join.Account));
        else
            Unhandled(message);
        return default;
    }
}
