using System.Globalization;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.Clob;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One client of /v1/ws/private: the account that its key reads. It is split by subject: who wants what and what happens (here), and what is
/// held and comes first.
/// </summary>
internal sealed partial class UsPrivateSession(SocketClient client, SessionWiring wiring) : UsSession(client, wiring, UsSocket.Private, "us-private")
{
    private readonly Dictionary<string, UsRequest> _joining = new(StringComparer.Ordinal);

    private string Account => Client.Account ?? "";

    private protected override void Begin(UsRequest request)
    {
        var number = request.Number.ToString(CultureInfo.InvariantCulture);
        _joining.Add(number, request);
        if (Wires.UsAccounts is { } accounts)
            accounts.Tell(new UsAccountMessage.Follow(Account, Self, request.Type, number));
        else
            Self.Tell(new SessionMessage.NoAccount(Account));
    }

    private protected override void End(UsRequest request)
    {
        Timers.Cancel(Deadline(request));
        if (Requests.Of(request.Type).Count == 0)
            Wires.UsAccounts?.Tell(new UsAccountMessage.Unfollow(Account, Self, request.Type));
    }

    private protected override bool Told(SessionMessage message)
    {
        switch (message)
        {
            case UsAccountNews.Told told:
                Tell(told.Fact);
                return true;
            case UsAccountNews.Joined joined:
                if (_joining.Remove(joined.Request, out var request) && !request.IsGone)
                    Joined(request, joined.State);
                return true;
            case SessionMessage.AccountGapTold gap:
                if (Client.Extended)
                    Encode(ClobAccountNotices.EncodeGap, gap.Gap);
                return true;
            case SessionMessage.NoAccount:
                Leave(CloseReason.BadCredentials);
                return true;
            case SnapshotDue due:
                Failed(due.Request);
                return true;
            default:
                return false;
        }
    }

    private void Tell(UsAccountFact fact)
    {
        switch (fact)
        {
            case UsAccountFact.OrderChanged changed:
                foreach (var request in Joined(fact, changed.Slug))
                    Write(request, UsHeldWriter.OrderKey, changed.Payload);
                break;
            case UsAccountFact.Orders orders:
                Orders(orders.Open);
                break;
            case UsAccountFact.PositionChanged changed:
                foreach (var request in Joined(fact, changed.Slug))
                    Tell(request, changed);
                break;
            case UsAccountFact.BalanceChanged changed:
                foreach (var request in Joined(fact))
                    Tell(request, changed);
                break;
            case UsAccountFact.Balances balances:
                foreach (var request in Joined(fact))
                    Write(request, UsHeldWriter.BalancesKey, balances.Payload);
                break;
            case UsAccountFact.Rfq rfq:
                foreach (var request in Joined(fact))
                    Write(request, UsHeldWriter.RfqKey, rfq.Payload);
                break;
        }
    }

    private void Tell(UsRequest request, UsAccountFact.PositionChanged changed)
    {
        if (!IsLegacy)
        {
            Write(request, UsHeldWriter.PositionKey, changed.Payload);
            return;
        }
        _payload.Clear();
        UsHeldWriter.LegacyPosition(changed.Slug, changed.After, Spelling, _payload);
        Write(request, UsHeldWriter.LegacyPositionKey, _payload.Written);
    }

    private void Tell(UsRequest request, UsAccountFact.BalanceChanged changed)
    {
        if (!IsLegacy)
        {
            Write(request, UsHeldWriter.BalanceKey, changed.Payload);
            return;
        }
        _payload.Clear();
        UsHeldWriter.LegacyBalance(changed.CurrentBalance, changed.BuyingPower, Spelling, _payload);
        Write(request, UsHeldWriter.LegacyBalanceKey, _payload.Written);
    }

    /// <summary>Those whose beginning is told, and that want this market.</summary>
    private IEnumerable<UsRequest> Joined(UsAccountFact fact, string? slug = null) =>
        Requests.Of(fact.Type).Where(request => request.IsJoined && (slug is null || Requests.Wants(request, slug)));

    private void Write(UsRequest request, ReadOnlySpan<byte> key, UsPayload payload) => Write(request, key, payload.In(Spelling).Span);

    private void Write(UsRequest request, ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload) => Write(HeadOf(request, key), payload, "}"u8);
}
