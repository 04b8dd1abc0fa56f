using System.Runtime.InteropServices;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Tape;

/// <summary>Of a transaction, beside its first row: how many rows it has, and that it was taken out. Apart from them, for it is read when nobody wants the rows.</summary>
internal record struct ArchiveHead(int Hash, int Length, bool IsOut);

/// <summary>
/// A fill that is only remembered; the first row of a transaction says what is known of that too. Of the fills it keeps values, and their market, which
/// is older than they are: the garbage collector looks through old memory for what refers to young objects, and finds nothing here (docs/adr/0031).
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct ArchiveRow
{
    private TokenId _token;
    private Side _side;
    private Quantity _shares;
    private Price _price;
    private TxHash _tx;
    private WalletId _user;
    private long _timestamp;
    private long? _block;
    private int? _logIndex;
    private OrderHash? _order;
    private WalletId? _taker;
    private bool _isTaker;
    private MarketText _market;
    private SettledSlot _slot;
    private SettledGroup _group;

    internal readonly bool Is(TxHash tx) => _tx == tx;

    internal void Put(TxGroup group) => _group = group.Settled;

    internal readonly TxGroup Group() => new(_tx) { Settled = _group };

    internal void Put(Slot slot)
    {
        var fill = slot.Fill;
        (_token, _side, _shares, _price, _tx, _user, _timestamp) = (fill.Token, fill.Side, fill.Shares, fill.Price, fill.Tx, fill.User, fill.Timestamp);
        (_block, _logIndex, _order, _taker, _isTaker, _market) = (fill.Block, fill.LogIndex, fill.Order, fill.Taker, fill.IsTaker, fill.Market);
        _slot = slot.Settled;
    }

    internal readonly Slot Slot(TxGroup group) => new(group, Fill()) { Settled = _slot };

    private readonly Fill Fill() => new()
    {
        Token = _token,
        Side = _side,
        Shares = _shares,
        Price = _price,
        Tx = _tx,
        User = _user,
        Timestamp = _timestamp,
        Block = _block,
        LogIndex = _logIndex,
        Order = _order,
        Taker = _taker,
        IsTaker = _isTaker,
        Market = _market,
    };
}
