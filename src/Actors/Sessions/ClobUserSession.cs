using Oddswire.Messages.Accounts;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One client socket that speaks the user channel of Polymarket's CLOB. Its first frame says who it is, by credentials that the gateway
/// issued; what it then gets are the events of the accounts that its key may read, byte for byte.
/// </summary>
internal sealed class ClobUserSession(SocketClient client, SessionWiring wiring) : SocketSession
{
    private const string Scope = "account:";
    private const int MostMarkets = 10_000;

    private static readonly TimeSpan OpensWithin = TimeSpan.FromSeconds(10);

    private sealed record OpeningDue : SessionMessage;

    private readonly HashSet<ConditionId> _markets = [];
    private readonly SocketRecord _record = new(client, wiring, "clob-user");
    private Key? _key;              // null: it has yet to say who it is
    private bool _allMarkets;

    private protected override SocketClient Client => client;

    private protected override SessionWiring Wires => wiring;

    private protected override KeyMessage.Enter Entry => new(_key ?? client.Key, Self);

    private protected override (int Code, string Text) CodeOf(CloseReason reason) => CloseCode.Native(reason);

    private protected override SocketRecord Trail => _record;

    protected override ValueTask PreStart()
    {
        Timers.Once("opening", new OpeningDue(), OpensWithin);
        return base.PreStart();
    }

    protected override ValueTask Receive(SessionMessage message)
    {
        switch (message)
        {
            case SessionMessage.AccountTold told:
                foreach (var one in told.Events)
                    Tell(one);
                break;
            case SessionMessage.AccountJoined joined:
                Joined(joined);
                break;
            case SessionMessage.AccountGapTold gap:
                if (client.Extended)
                    Encode(ClobAccountNotices.EncodeGap, gap.Gap);
                break;
            case SessionMessage.NoAccount none:
                Refuse("NO_ACCOUNT", $"the gateway has no account '{none.Account}'");
                Leave(CloseReason.BadCredentials);
                break;
            case OpeningDue:
                if (_key is null)
                    Leave(CloseReason.BadOpening);
                break;
            case SessionMessage.Prove or SessionMessage.GapChanged:
                break;      // it holds no subscription of its key; and gaps of orders are none of an account
            default:
                if (message is SessionMessage.Violated { Reason: CloseReason.RateExceeded })
                    Refuse("RATE_EXCEEDED", "more commands a second than may come");
                if (!Lives(message))
                    Unhandled(message);
                break;
        }
        return default;
    }

    private protected override void Heard(ReadOnlyMemory<byte> text)
    {
        if (_closing)
            return;
        if (_key is null)
            Open(text.Span);
        else if (ClobCommandCodec.PongFor(text.Span) is { IsEmpty: false } pong)
            Write(pong, default, default);
        else
            Change(text.Span);
    }

    private void Open(ReadOnlySpan<byte> text)
    {
        if (!ClobCommandCodec.TryDecode(text, MostMarkets, out var command, out _) || command is not { Type: "user", Operation: not ClobOperation.Unsubscribe })
        {
            Leave(CloseReason.BadOpening);
            return;
        }
        if (command.Credentials is not { } credentials || wiring.FindUser?.Invoke(credentials) is not { } key)
        {
            Refuse("INVALID_CREDENTIALS", "these credentials are not known here");
            Leave(CloseReason.BadCredentials);
            return;
        }
        if (!Accounts(key).Any())
        {
            Refuse("FORBIDDEN", $"the key '{key.Name}' has no scope '{Scope}NAME'");
            Leave(CloseReason.BadCredentials);
            return;
        }
        Enter(key);
        Want(command);
        foreach (var account in Accounts(key))
            Join(account);
    }

    /// <summary>From here on it counts for its key, and goes with it.</summary>
    private void Enter(Key key)
    {
        wiring.Keys.Tell(new KeyMessage.Leave(client.Key.Name, Self));
        _key = key;
        wiring.Keys.Tell(Entry);
        Timers.Cancel("opening");
        _record.Opened(key.Name, string.Join(", ", Accounts(key)));
    }

    private void Join(string account)
    {
        if (wiring.Accounts is { } accounts)
            accounts.Tell(new AccountMessage.Join(account, Self));
        else
            Self.Tell(new SessionMessage.NoAccount(account));
    }

    /// <summary>None named stands for all; real clients say the whole frame again when they want others.</summary>
    private void Want(ClobCommand command)
    {
        _markets.Clear();
        _markets.UnionWith(command.Markets);
        _allMarkets = command.Markets.IsEmpty;
    }

    private void Change(ReadOnlySpan<byte> text)
    {
        if (!ClobCommandCodec.TryDecode(text, MostMarkets, out var command, out _))
            Write(ClobCommandCodec.IsObject(text) ? "INVALID OPERATION"u8 : "INVALID MESSAGE"u8, default, default);
        else if (command is { Operation: ClobOperation.Open, Type: "user", Credentials: { } again } && wiring.FindUser?.Invoke(again)?.Hash == _key!.Hash)
            Want(command);
        else if (command.Operation == ClobOperation.Open || _markets.Count + command.Markets.Length > MostMarkets)
            Write("INVALID OPERATION"u8, default, default);
        else if (command.Operation == ClobOperation.Unsubscribe)
            _markets.ExceptWith(command.Markets);
        else
            _markets.UnionWith(command.Markets);
    }

    /// <summary>What came before is for those who can be told that it is no news.</summary>
    private void Joined(SessionMessage.AccountJoined joined)
    {
        if (!client.Extended)
            return;
        var held = joined.Last.Where(Wants).ToList();
        Frame.Clear();
        ClobAccountNotices.EncodeJoined(joined.Account, held.Count, joined.IsLive, Frame);
        WriteFrame();
        foreach (var one in held)
            Write(one.Bytes.Span, default, default);
    }

    private void Tell(AccountEvent one)
    {
        if (Wants(one))
            Write(one.Bytes.Span, default, default);
    }

    private bool Wants(AccountEvent one) => _allMarkets || one.Market is not { } market || _markets.Contains(market);

    private void Refuse(string reason, string detail) => _record.Refused(_key?.Name ?? "", ActSubject.Connection, "subscribe", reason, detail);

    private static IEnumerable<string> Accounts(Key key) =>
        key.Scopes.Where(static scope => scope.StartsWith(Scope, StringComparison.Ordinal)).Select(static scope => scope[Scope.Length..]);
}
