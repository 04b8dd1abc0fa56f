using System.Collections.Immutable;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Messages.PolymarketUs;

/// <summary>To the directory of the US accounts (/us-accounts) and the actor of one account, about that account. Types are those of the private socket.</summary>
public abstract record UsAccountMessage(string Account) : IAboutAccount
{
    /// <summary>
    /// Answered with <see cref="UsAccountNews.Joined"/>, which says what is held; what happens from there on, of the kind that the type stands for, comes as
    /// <see cref="UsAccountNews.Told"/>, once for a session however often it follows. No such account: <see cref="SessionMessage.NoAccount"/>. Which markets a
    /// client has named is for the session to look at.
    /// </summary>
    /// <param name="Request">Comes back with the answer; of no meaning here.</param>
    public sealed record Follow(string Account, ActorRef<SessionMessage> Session, UsSubscriptionType Type, string Request) : UsAccountMessage(Account), IAsksForAccount;

    /// <summary>The last request for that type is gone. A session that is gone unfollows all that it followed.</summary>
    public sealed record Unfollow(string Account, ActorRef<SessionMessage> Session, UsSubscriptionType Type) : UsAccountMessage(Account);

    /// <summary>What its connection heard, in that order.</summary>
    public sealed record Heard(string Account, ImmutableArray<UsAccountFrame> Frames) : UsAccountMessage(Account);

    public sealed record SourceUp(string Account) : UsAccountMessage(Account);

    /// <param name="Since">When the connection was last heard, in unix milliseconds.</param>
    public sealed record SourceDown(string Account, long Since, string Reason) : UsAccountMessage(Account);
}
