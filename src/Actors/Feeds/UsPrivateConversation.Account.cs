using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Actors.Feeds;

/// <summary>What is told of the account, in pieces that stay the venue's bytes.</summary>
public sealed partial class UsPrivateConversation
{
    private const int MostOrders = 10_000;

    private readonly OrderedDictionary<string, UsOrderSeen> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UsOrderSeen> _meanwhile = new(StringComparer.Ordinal);
    private string? _snapshotId;
    private int _balances;

    private void HearAccount(ReadOnlyMemory<byte> frame, Talk talk)
    {
        talk.Live();
        var payload = _frame.IsToday || _frame.Kind == UsFrameKind.Rfq ? frame[_frame.Payload] : Written(_frame.Account!);
        switch (_frame.Account)
        {
            case UsAccountEvent.OrderSnapshot snapshot:
                if (_frame.RequestId == _snapshotId)
                    HearSnapshot(snapshot, payload, talk);
                return;     // an answer, and no event
            case UsAccountEvent.OrderUpdate(var execution):
                if (UsPieces.Find(payload.Span, "execution"u8, "order"u8) is not { } at)
                {
                    talk.NotUnderstood();
                    return;
                }
                var order = Seen(execution.Order, payload, at);
                if (_snapshotId is not null)
                    _meanwhile[order.Id] = order;
                talk.Hear(new UsAccountFrame.Order(execution.Id, order, payload));
                break;
            case UsAccountEvent.PositionUpdate(var change):
                Hear(change, payload, talk);
                break;
            case UsAccountEvent.PositionSnapshot(var positions, _):
                foreach (var position in positions.Values)
                {
                    var change = new UsPositionChange { AfterPosition = position };
                    Hear(change, Written(new UsAccountEvent.PositionUpdate(change)), talk);
                }
                break;
            case UsAccountEvent.BalanceSnapshot(var balances):
                _balances++;
                talk.Hear(new UsAccountFrame.Balances([.. UsPieces.Elements(payload.Span, "balances"u8).Zip(balances, (piece, one) => (one.Currency, payload[piece]))]));
                break;
            case UsAccountEvent.BalanceUpdate(var change):
                var after = UsPieces.Find(payload.Span, "balanceChange"u8, "afterBalance"u8) is { } there ? payload[there] : default;
                talk.Hear(new UsAccountFrame.Balance(change.AfterBalance?.Currency ?? "", change.AfterBalance?.CurrentBalance ?? 0, change.AfterBalance?.BuyingPower ?? 0, after, payload));
                break;
            default:
                talk.Hear(new UsAccountFrame.Rfq(payload));
                break;
        }
        _eventAt = talk.Running;
    }

    private void BeginSnapshot(string id)
    {
        _snapshotId = id;
        _open.Clear();
        _meanwhile.Clear();
    }

    private void HearSnapshot(UsAccountEvent.OrderSnapshot snapshot, ReadOnlyMemory<byte> payload, Talk talk)
    {
        var pieces = UsPieces.Elements(payload.Span, "orders"u8);
        for (var i = 0; i < pieces.Count && _open.Count < MostOrders; i++)
        {
            var order = Seen(snapshot.Orders[i], payload, pieces[i]);
            _open[order.Id] = order;
        }
        if (!snapshot.Eof)
            return;
        foreach (var (id, order) in _meanwhile)
        {
            if (order.IsOpen)
                _open[id] = order;
            else
                _open.Remove(id);
        }
        talk.Hear(new UsAccountFrame.Orders([.. _open.Values]));
        _asked.RemoveAll(static one => one.Type == UsSubscriptionType.OrderSnapshot);
        (_snapshotId, _hadSnapshot, _eventAt) = (null, true, talk.Running);
    }

    private static void Hear(UsPositionChange change, ReadOnlyMemory<byte> payload, Talk talk)
    {
        var slug = (change.AfterPosition ?? change.BeforePosition)?.MarketMetadata?.Slug ?? "";
        talk.Hear(new UsAccountFrame.Position(slug, UsPieces.Find(payload.Span, "afterPosition"u8) is { } after ? payload[after] : default, payload));
    }

    private static UsOrderSeen Seen(UsOrder order, ReadOnlyMemory<byte> payload, Range at) => new(
        order.Id, order.MarketSlug, order.State is not (UsOrderState.Filled or UsOrderState.Canceled or UsOrderState.Rejected or UsOrderState.Expired),
        string.Create(CultureInfo.InvariantCulture, $"{order.State} {order.CumQuantity} {order.LeavesQuantity}"), payload[at]);

    /// <summary>As today's venue would have written it.</summary>
    private static ReadOnlyMemory<byte> Written(UsAccountEvent told)
    {
        var payload = new ArrayBufferWriter<byte>();
        UsAccountWriter.Encode(told, payload);
        return payload.WrittenMemory;
    }
}
