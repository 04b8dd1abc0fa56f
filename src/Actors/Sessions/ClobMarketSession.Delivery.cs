using System.Collections.Immutable;
using Oddswire.Messages.Books;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// What happens, as it happens. A client that reads too slowly is spared the changes of books, and gets them whole and new when it has caught up; what
/// is said once is never passed over. One that does not catch up is closed.
/// </summary>
internal sealed partial class ClobMarketSession
{
    private void Told(BookNews.Told told)
    {
        if (_closing || !Concerns(told))
            return;
        if (IsHeld(told.Market, IsSaidOnce(told.Kind) ? told.Tokens.AsSpan() : []))
            _held.Add((told.Market, told));
        else
            Deliver(told);
    }

    /// <summary>In its place among what is told. About a book that the client has never seen there is nothing to say.</summary>
    private void Noticed(BookNews.Notice notice)
    {
        if (!client.Extended || _followed.GetValueOrDefault(notice.Token)?.State != BookState.Good)
            return;
        if (IsHeld(notice.Market, []))
            _held.Add((notice.Market, notice));
        else
            Write(notice.Json.Span, default, default);
    }

    /// <summary>
    /// What changed in a book that the client does not have yet, that book has: it was on its way when the client asked, to who it was before it had left
    /// the token, or for the sake of the market's other one.
    /// </summary>
    private bool Concerns(BookNews.Told told)
    {
        if (told.Kind is BookEventKind.Best or BookEventKind.CustomFact && !_custom)
            return false;
        if (!_hasLeft && !_isOpening)
            return true;
        foreach (var token in told.Tokens)
        {
            if (_followed.TryGetValue(token, out var followed) && (followed.State == BookState.Good || IsSaidOnce(told.Kind)))
                return true;
        }
        return told.Tokens.IsEmpty;
    }

    private static bool IsSaidOnce(BookEventKind kind) => kind is BookEventKind.Fact or BookEventKind.CustomFact;

    private void Deliver(BookNews.Told told)
    {
        switch (told.Kind)
        {
            case BookEventKind.Fact or BookEventKind.CustomFact:
            case BookEventKind.Change or BookEventKind.Best when !_pace.IsBehind && !AnyBehind(told.Tokens):
                Write(told.Json.Span, default, default);
                break;
            case BookEventKind.Book when !_pace.IsBehind:
                _behind.ExceptWith(told.Tokens);
                Write(told.Json.Span, default, default);
                break;
            case BookEventKind.Change or BookEventKind.Book:
                Spare(told.Tokens);
                break;
        }
    }

    private bool AnyBehind(ImmutableArray<TokenId> tokens)
    {
        if (_behind.Count == 0)
            return false;
        foreach (var token in tokens)
        {
            if (_behind.Contains(token))
                return true;
        }
        return false;
    }

    private void Spare(ImmutableArray<TokenId> tokens)
    {
        ImmutableArray<TokenId> fresh = [.. tokens.Where(token => _followed.ContainsKey(token) && _behind.Add(token))];
        // A change that came for one that is behind made another one of its market so: that one is asked for too.
        if (!_pace.IsBehind && !fresh.IsEmpty)
            wiring.Books?.Tell(new BooksMessage.Refresh(Self, fresh));
    }

    private protected override void CaughtUp()
    {
        if (_behind.Count > 0)
            wiring.Books?.Tell(new BooksMessage.Refresh(Self, [.. _behind]));
    }
}
