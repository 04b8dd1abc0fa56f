using System.Collections.Immutable;
using Oddswire.Messages.Books;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// The books with which a client begins: each subscribe is answered with one array of those that are there. Who waits for a book that is not here
/// yet, or not good, waits a moment; later it comes in an array of its own, as the venue sends it.
/// </summary>
internal sealed partial class ClobMarketSession
{
    private sealed record OpeningDue(Beginning Of) : SessionMessage;

    /// <summary>One subscribe that has not been answered.</summary>
    private sealed class Beginning(ImmutableArray<TokenId> tokens)
    {
        internal HashSet<TokenId> Missing { get; } = [.. tokens];
        internal List<BookNews.Opening> Books { get; } = [];
        internal HashSet<ConditionId> Markets { get; } = [];
    }

    private readonly List<Beginning> _beginnings = [];
    private readonly List<(ConditionId Market, BookNews News)> _held = [];
    private bool _isOpening;        // of those two there is something
    private int _began;

    private void Await(ImmutableArray<TokenId> tokens)
    {
        var beginning = new Beginning(tokens);
        _beginnings.Add(beginning);
        _isOpening = true;
        if (tokens.IsEmpty || wiring.Books is null)
            Begin(beginning);
        else
            Timers.Once($"opening-{++_began}", new OpeningDue(beginning), wiring.Rules.OpeningWait);
    }

    private void Opened(BookNews.Opening opening)
    {
        if (!_followed.TryGetValue(opening.Token, out var followed))
            return;
        followed.State = opening.Json.IsEmpty ? BookState.Unknown : BookState.Good;
        if (_beginnings.Find(beginning => beginning.Missing.Remove(opening.Token)) is { } beginning)
        {
            if (!opening.Json.IsEmpty)
            {
                beginning.Books.Add(opening);
                beginning.Markets.Add(opening.Market);
            }
            if (beginning.Missing.Count == 0)
                Begin(beginning);
        }
        else if (_pace.IsBehind)
        {
            _behind.Add(opening.Token);
        }
        else if (!opening.Json.IsEmpty && (_behind.Remove(opening.Token) || !followed.WantsNoOpening))
        {
            WriteArray([opening]);
        }
    }

    /// <summary>All of it is here, or the time is up.</summary>
    private void Begin(Beginning beginning)
    {
        if (!_beginnings.Remove(beginning))
            return;
        WriteArray(beginning.Books);
        (ConditionId, BookNews)[] held = [.. _held];
        _held.Clear();
        foreach (var (_, news) in held)
        {
            if (news is BookNews.Told told)
                Told(told);
            else if (news is BookNews.Notice notice)
                Noticed(notice);
        }
        _isOpening = _beginnings.Count > 0 || _held.Count > 0;
    }

    /// <summary>
    /// A book of it is about to be written: what came after that book must not come before it, and nothing before the first answer. What happens
    /// in one market stays in its order.
    /// </summary>
    /// <param name="tokens">Whose books it waits for.</param>
    private bool IsHeld(ConditionId market, ReadOnlySpan<TokenId> tokens)
    {
        if (!_isOpening)
            return false;
        foreach (var beginning in _beginnings)
        {
            if (beginning.Markets.Contains(market))
                return true;
            foreach (var token in tokens)
            {
                if (beginning.Missing.Contains(token))
                    return true;
            }
        }
        foreach (var (before, _) in _held)
        {
            if (before == market)
                return true;
        }
        return false;
    }

    private void WriteArray(List<BookNews.Opening> books)
    {
        Frame.Clear();
        Append("["u8);
        foreach (var book in books)
        {
            if (!_followed.ContainsKey(book.Token))
                continue;
            if (Frame.Written.Length > 1)
                Append(","u8);
            Append(book.Json.Span);
        }
        Append("]\n"u8);
        _pace.Opening(Frame.Written.Length);
        WriteFrame();
    }

    private static void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Frame.GetSpan(bytes.Length));
        Frame.Advance(bytes.Length);
    }

    /// <summary>The client has left it, or it is over: nobody waits for its book.</summary>
    private void Forget(TokenId token)
    {
        foreach (var beginning in _beginnings.ToArray())
        {
            if (beginning.Missing.Remove(token) && beginning.Missing.Count == 0)
                Begin(beginning);
        }
    }
}
