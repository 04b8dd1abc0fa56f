using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Markets;

/// <summary>Who follows which token of one market, and who of them has its book already. Everybody is told once, whatever he follows.</summary>
internal sealed class Audience
{
    private sealed class Followers
    {
        internal Dictionary<ActorRef<SessionMessage>, bool> HaveBook { get; } = [];
        internal int Waiting { get; set; }
    }

    private readonly Dictionary<TokenId, Followers> _followers = [];

    internal void Add(TokenId token, ActorRef<SessionMessage> session)
    {
        if (!_followers.TryGetValue(token, out var followers))
            _followers.Add(token, followers = new Followers());
        if (followers.HaveBook.TryAdd(session, false))
            followers.Waiting++;
    }

    internal void Remove(TokenId token, ActorRef<SessionMessage> session)
    {
        if (!_followers.TryGetValue(token, out var followers) || !followers.HaveBook.Remove(session, out var hasBook))
            return;
        if (!hasBook)
            followers.Waiting--;
        if (followers.HaveBook.Count == 0)
            _followers.Remove(token);
    }

    internal void Remove(TokenId token) => _followers.Remove(token);

    /// <summary>Those who wait for the book of it: from here on they have it.</summary>
    internal void Open(TokenId token, Func<SessionMessage> opening)
    {
        if (!_followers.TryGetValue(token, out var followers) || followers.Waiting == 0)
            return;
        followers.Waiting = 0;
        var told = opening();
        foreach (var session in followers.HaveBook.Keys.ToArray())
        {
            if (followers.HaveBook[session])
                continue;
            followers.HaveBook[session] = true;
            session.Tell(told);
        }
    }

    /// <summary>It has the book no longer.</summary>
    internal void Close(TokenId token, ActorRef<SessionMessage> session)
    {
        if (!_followers.TryGetValue(token, out var followers) || !followers.HaveBook.TryGetValue(session, out var hasBook) || !hasBook)
            return;
        followers.HaveBook[session] = false;
        followers.Waiting++;
    }

    /// <param name="everybody">Also those who wait for the book.</param>
    internal void Tell(ReadOnlySpan<TokenId> tokens, SessionMessage message, bool everybody)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            if (!_followers.TryGetValue(tokens[i], out var followers))
                continue;
            foreach (var (session, hasBook) in followers.HaveBook)
            {
                if ((hasBook || everybody) && !IsTold(tokens[..i], session, everybody))
                    session.Tell(message);
            }
        }
    }

    private bool IsTold(ReadOnlySpan<TokenId> before, ActorRef<SessionMessage> session, bool everybody)
    {
        foreach (var token in before)
        {
            if (_followers.TryGetValue(token, out var followers) && followers.HaveBook.TryGetValue(session, out var hasBook) && (hasBook || everybody))
                return true;
        }
        return false;
    }
}
