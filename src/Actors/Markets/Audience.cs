using System.Collections.Immutable;
using Oddswire.Messages.Books;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Markets;

/// <summary>
/// Who follows which token of one market, and who of them has its book already. Everybody is told once, whatever he follows, and what a turn has to tell
/// is told in one message, the same one to all whom all of it concerns.
/// </summary>
internal sealed class Audience
{
    private sealed class Followers
    {
        internal Dictionary<ActorRef<SessionMessage>, bool> HaveBook { get; } = [];
        internal int Waiting { get; set; }
    }

    /// <param name="ToEverybody">Also to those who wait for the book.</param>
    private readonly record struct Pending(BookNews.Told Told, ImmutableArray<Followers> Of, bool ToEverybody);

    private readonly Dictionary<TokenId, Followers> _followers = [];
    private readonly List<Pending> _pending = [];
    private readonly List<Followers> _touched = [];     // of what is pending

    internal void Add(TokenId token, ActorRef<SessionMessage> session)
    {
        Flush();
        if (!_followers.TryGetValue(token, out var followers))
            _followers.Add(token, followers = new Followers());
        if (followers.HaveBook.TryAdd(session, false))
            followers.Waiting++;
    }

    internal void Remove(TokenId token, ActorRef<SessionMessage> session)
    {
        Flush();
        if (!_followers.TryGetValue(token, out var followers) || !followers.HaveBook.Remove(session, out var hasBook))
            return;
        if (!hasBook)
            followers.Waiting--;
        if (followers.HaveBook.Count == 0)
            _followers.Remove(token);
    }

    internal void Remove(TokenId token)
    {
        Flush();
        _followers.Remove(token);
    }

    /// <summary>Those who wait for the book of it: from here on they have it.</summary>
    internal void Open(TokenId token, Func<SessionMessage> opening)
    {
        if (!_followers.TryGetValue(token, out var followers) || followers.Waiting == 0)
            return;
        Flush();
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
        Flush();
        if (!_followers.TryGetValue(token, out var followers) || !followers.HaveBook.TryGetValue(session, out var hasBook) || !hasBook)
            return;
        followers.HaveBook[session] = false;
        followers.Waiting++;
    }

    /// <summary>One of them alone, in its place among what all are told.</summary>
    internal void Tell(ActorRef<SessionMessage> session, BookNews news)
    {
        Flush();
        session.Tell(news);
    }

    /// <summary>Who follows it, and who waits for its book too.</summary>
    internal void Tell(BookNews.Notice notice)
    {
        Flush();
        if (!_followers.TryGetValue(notice.Token, out var followers))
            return;
        foreach (var session in followers.HaveBook.Keys)
            session.Tell(notice);
    }

    internal void Tell(BookNews.Told told, bool toEverybody)
    {
        var of = ImmutableArray.CreateBuilder<Followers>(told.Tokens.Length);
        foreach (var token in told.Tokens)
        {
            if (!_followers.TryGetValue(token, out var followers))
                continue;
            of.Add(followers);
            if (!_touched.Contains(followers))
                _touched.Add(followers);
        }
        if (of.Count > 0)
            _pending.Add(new Pending(told, of.DrainToImmutable(), toEverybody));
    }

    /// <summary>The turn has ended, or what it has told so far must not concern who comes, or goes, now.</summary>
    internal void Flush()
    {
        if (_pending.Count == 0)
            return;
        var all = new BookNews.Burst([.. _pending.Select(static pending => pending.Told)]);
        for (var i = 0; i < _touched.Count; i++)
        {
            foreach (var (session, hasBook) in _touched[i].HaveBook)
            {
                if (hasBook && _touched.Count == 1)
                    session.Tell(all);      // nothing has to be looked up
                else if (!IsOneOf(_touched, i, session))
                    TellSome(session, all);
            }
        }
        _pending.Clear();
        _touched.Clear();
    }

    private static bool IsOneOf(List<Followers> touched, int before, ActorRef<SessionMessage> session)
    {
        for (var i = 0; i < before; i++)
        {
            if (touched[i].HaveBook.ContainsKey(session))
                return true;
        }
        return false;
    }

    private void TellSome(ActorRef<SessionMessage> session, BookNews.Burst all)
    {
        var some = 0;
        foreach (var pending in _pending)
            some += Concerns(pending, session) ? 1 : 0;
        if (some == _pending.Count)
            session.Tell(all);
        else if (some > 0)
            session.Tell(new BookNews.Burst([.. _pending.Where(pending => Concerns(pending, session)).Select(static pending => pending.Told)]));
    }

    private static bool Concerns(Pending pending, ActorRef<SessionMessage> session)
    {
        foreach (var followers in pending.Of)
        {
            if (followers.HaveBook.TryGetValue(session, out var hasBook) && (hasBook || pending.ToEverybody))
                return true;
        }
        return false;
    }
}
