using System.Collections.Immutable;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Messages.Accounts;

public enum AccountEventKind : byte { Other, Order, Trade }

/// <summary>One event of an account as its venue wrote it. Its id and status together tell a repetition.</summary>
public sealed record AccountEvent(AccountEventKind Kind, string Id, string Status, ConditionId? Market, ReadOnlyMemory<byte> Bytes);

/// <summary>Time in which nobody listened to the account: what happened then the venue tells nobody. No end while it lasts.</summary>
/// <param name="From">Unix milliseconds, as <paramref name="To"/>.</param>
public sealed record AccountGap(string Account, long From, long? To, string Reason);

/// <summary>To /accounts and the actor of one account, about that account.</summary>
public abstract record AccountMessage(string Account) : IAboutAccount
{
    /// <summary>What its connection heard, in that order.</summary>
    public sealed record Heard(string Account, ImmutableArray<AccountEvent> Events) : AccountMessage(Account);

    public sealed record SourceUp(string Account) : AccountMessage(Account);

    /// <param name="Since">When the connection was last heard, in Unix milliseconds.</param>
    public sealed record SourceDown(string Account, long Since, string Reason) : AccountMessage(Account);

    /// <summary>A client wants its events. Answered with <see cref="SessionMessage.AccountJoined"/>, or <see cref="SessionMessage.NoAccount"/>.</summary>
    public sealed record Join(string Account, ActorRef<SessionMessage> Session) : AccountMessage(Account), IAsksForAccount;
}
