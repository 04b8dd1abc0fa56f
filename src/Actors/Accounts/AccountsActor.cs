using System.Collections.Immutable;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Actors.Accounts;

/// <summary>/accounts and /us-accounts: one child for each account of the configuration, found by its name.</summary>
/// <param name="account">The instances of one account, one after the other.</param>
internal sealed class AccountsActor<TMessage>(ImmutableArray<string> names, Func<string, Func<Actor<TMessage>>> account) : Actor<TMessage>
    where TMessage : IAboutAccount
{
    private readonly Dictionary<string, ActorRef<TMessage>> _accounts = new(StringComparer.Ordinal);

    protected override ValueTask PreStart()
    {
        foreach (var name in names)
            _accounts.Add(name, Spawn(Props.Of(account(name)), name));
        return default;
    }

    protected override ValueTask Receive(TMessage message)
    {
        if (_accounts.TryGetValue(message.Account, out var known))
            known.Tell(message);
        else if (message is IAsksForAccount asked)
            asked.Session.Tell(new SessionMessage.NoAccount(asked.Account));
        else
            Unhandled(message);
        return default;
    }
}
