using System.Collections.Immutable;
using Oddswire.Messages.Books;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One client socket that speaks the market channel of Polymarket's CLOB. It is split by subject: what the client says (here), the books that it
/// begins with, delivery, and what is on record of it.
/// </summary>
internal sealed partial class ClobMarketSession(SocketClient client, SessionWiring wiring) : SocketSession
{
    private sealed class Followed
    {
        internal BookState State { get; set; } = BookState.Waiting;

        /// <summary>It did not ask for the book to begin with.</summary>
        internal bool WantsNoOpening { get; init; }
    }

    private readonly Dictionary<TokenId, Followed> _followed = [];

    /// <summary>Changes of these were passed over: nothing but a whole book makes sense to the client.</summary>
    private readonly HashSet<TokenId> _behind = [];
    private readonly ReadingPace _pace = new(wiring.Rules);
    private bool _opened;
    private bool _custom;
    private bool _hasLeft;      // a token: what is told of it may be on its way

    private protected override SocketClient Client => client;

    private protected override SessionWiring Wires => wiring;

    private protected override (int Code, string Text) CodeOf(CloseReason reason) => CloseCode.Native(reason);

    private protected override ReadingPace Pace => _pace;

    private protected override SocketRecord Trail => _record;

    protected override ValueTask PostStop()
    {
        if (_followed.Count > 0)
            wiring.Books?.Tell(new BooksMessage.Unfollow(Self, [.. _followed.Keys]));
        RecordChanges();
        return base.PostStop();
    }

    protected override ValueTask Receive(SessionMessage message)
    {
        switch (message)
        {
            case BookNews.Burst burst:
                foreach (var told in burst.News)
                    Told(told);
                break;
            case BookNews.Told told:
                Told(told);
                break;
            case BookNews.Opening opening:
                Opened(opening);
                break;
            case BookNews.Notice notice:
                Noticed(notice);
                break;
            case BookNews.Settled settled:
                Settled(settled.Tokens);
                break;
            case OpeningDue due:
                Begin(due.Of);
                break;
            case RecordDue:
                RecordChanges();
                break;
            default:
                if (message is SessionMessage.Violated { Reason: CloseReason.RateExceeded })
                    Refuse("RATE_EXCEEDED", "more frames a second than may come");
                if (!Lives(message))
                    Unhandled(message);
                break;
        }
        return default;
    }

    private protected override void Heard(ReadOnlyMemory<byte> text)
    {
        if (!_opened)
            Open(text.Span);
        else if (ClobCommandCodec.PongFor(text.Span) is { IsEmpty: false } pong)
            Write(pong, default, default);
        else
            Change(text.Span);
    }

    /// <summary>The first frame says what the connection is for; a PING is no such frame.</summary>
    private void Open(ReadOnlySpan<byte> text)
    {
        if (!ClobCommandCodec.TryDecode(text, wiring.Rules.BookTokens, out var command, out _) || command is not { Type: "market", Operation: not ClobOperation.Unsubscribe })
        {
            Refuse("INVALID_REQUEST", "invalid subscription payload");
            Leave(CloseReason.BadOpening);
            return;
        }
        _opened = true;
        Subscribe(command, New(command));
        _record.Opened(client.Key.Name, FollowedText());
    }

    private void Change(ReadOnlySpan<byte> text)
    {
        if (!ClobCommandCodec.TryDecode(text, wiring.Rules.BookTokens, out var command, out _))
            Say(ClobCommandCodec.IsObject(text) ? "INVALID OPERATION"u8 : "INVALID MESSAGE"u8);
        else if (command.Operation == ClobOperation.Unsubscribe)
            Unsubscribe(command.Assets);
        else if (command.Operation == ClobOperation.Open)
            Say("INVALID OPERATION"u8);
        else if (New(command) is { IsEmpty: false } added)
            Change(command, added);
        else
            KnowsAll(command);
    }

    private void Change(ClobCommand command, ImmutableArray<TokenId> added)
    {
        if (_followed.Count + added.Length > wiring.Rules.BookTokens)
        {
            Refuse("TOKEN_LIMIT", $"{_followed.Count} tokens are followed, the limit is {wiring.Rules.BookTokens}");
            Say("INVALID OPERATION"u8);
            return;
        }
        Subscribe(command, added);
        RecordChange();
    }

    private void KnowsAll(ClobCommand command)
    {
        _custom = command.CustomFeatures;
        Say("NO NEW ASSETS"u8);
    }

    private ImmutableArray<TokenId> New(ClobCommand command) => [.. command.Assets.Where(token => !_followed.ContainsKey(token)).Distinct()];

    private void Subscribe(ClobCommand command, ImmutableArray<TokenId> added)
    {
        _custom = command.CustomFeatures;
        foreach (var token in added)
            _followed.Add(token, new Followed { WantsNoOpening = !command.InitialDump });
        if (command.InitialDump)
            Await(added);
        if (!added.IsEmpty)
            wiring.Books?.Tell(new BooksMessage.Follow(Self, added));
    }

    private void Unsubscribe(ImmutableArray<TokenId> tokens)
    {
        ImmutableArray<TokenId> left = [.. tokens.Where(_followed.Remove)];
        _hasLeft = true;
        _behind.ExceptWith(left);
        foreach (var token in left)
            Forget(token);
        if (left.IsEmpty)
            return;
        wiring.Books?.Tell(new BooksMessage.Unfollow(Self, left));
        RecordChange();
    }

    private void Say(ReadOnlySpan<byte> word) => Write(word, default, default);

    /// <summary>As upstream: when the last of what is followed has settled. What never had a book does not count.</summary>
    private void Settled(ImmutableArray<TokenId> tokens)
    {
        var any = false;
        foreach (var token in tokens)
        {
            if (!_followed.TryGetValue(token, out var followed))
                continue;
            any |= followed.State == BookState.Good;
            followed.State = BookState.Settled;
            Forget(token);
        }
        if (any && _followed.Values.All(static followed => followed.State is BookState.Settled or BookState.Unknown))
            Leave(CloseReason.Resolved);
    }
}
