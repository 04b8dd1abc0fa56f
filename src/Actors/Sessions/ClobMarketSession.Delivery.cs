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
        if (IsHeld(told.Market, told.Tokens.AsSpan()))
            _held.Add((told.Market, told));
        else
            Deliver(told);
    }

    /// <summary>In its place among what is told: behind the book that it is about.</summary>
    private void Noticed(BookNews.Notice notice)
    {
        if (!client.Extended)
            return;
        if (IsHeld(notice.Market, [notice.Token]))
            _held.Add((notice.Market, notice));
        else
            Deliver(notice);
    }

    /// <summary>About a book that the client has never seen there is nothing to say.</summary>
    private void Deliver(BookNews.Notice notice)
    {
        if (_followed.GetValueOrDefault(notice.Token)?.State == BookState.Good)
            Write(notice.Json.Span, default, default);
    }

    private bool Concerns(BookNews.Told told)
    {
        if (told.Kind is BookEventKind.Best or BookEventKind.CustomFact && !_custom)
            return false;
        foreach (var token in told.Tokens)
        {
            if (_followed.ContainsKey(token))
                return true;
        }
        return told.Tokens.IsEmpty;
    }

    private void Deliver(BookNews.Told told)
    {
        switch (told.Kind)
        {
            case BookEventKind.Fact or BookEventKind.CustomFact:
            case BookEventKind.Change or BookEventKind.Best when !_pace.IsBehind && !AnyBehind(told.Tokens):
                Write(told.Json.Span, default, default);
                break;
            case BookEventKind.Book when !_pace.IsBehind:
                Mark(told.Tokens, isBehind: false);
                Write(told.Json.Span, default, default);
                break;
            case BookEventKind.Change or BookEventKind.Book:
                Mark(told.Tokens, isBehind: true);
                break;
        }
    }

    private bool AnyBehind(ImmutableArray<TokenId> tokens)
    {
        foreach (var token in tokens)
        {
            if (_followed.TryGetValue(token, out var followed) && followed.IsBehind)
                return true;
        }
        return false;
    }

    private void Mark(ImmutableArray<TokenId> tokens, bool isBehind)
    {
        var fresh = ImmutableArray.CreateBuilder<TokenId>();
        foreach (var token in tokens)
        {
            if (!_followed.TryGetValue(token, out var followed) || followed.IsBehind == isBehind)
                continue;
            followed.IsBehind = isBehind;
            fresh.Add(token);
        }
        // A change that came for one that is behind made another one of its market so: that one is asked for too.
        if (isBehind && !_pace.IsBehind && fresh.Count > 0)
            wiring.Books?.Tell(new BooksMessage.Refresh(Self, fresh.DrainToImmutable()));
    }

    private protected override void CaughtUp()
    {
        ImmutableArray<TokenId> behind = [.. _followed.Where(static followed => followed.Value.IsBehind).Select(static followed => followed.Key)];
        if (!behind.IsEmpty)
            wiring.Books?.Tell(new BooksMessage.Refresh(Self, behind));
    }
}
