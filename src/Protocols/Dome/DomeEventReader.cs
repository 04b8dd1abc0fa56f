using System.Buffers;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Dome;

/// <summary>
/// Reads an event that is written as Dome and Oddswire write it: compact, its keys in their order, nothing escaped, everything known. That is
/// every event on a good day, and it takes little more than half the time. Whatever deviates by a byte is none of its business:
/// <see cref="DomeServerFrameCodec"/> reads that, and says the same of what both can read.
/// <para>
/// Little may be written in two ways then: letters of hex digits, zeros at either end of a number, and the shares, which are told twice. Where that, too, is
/// as <see cref="DomeEventCodec.EncodeData"/> writes it, nobody needs to write the data again.
/// </para>
/// </summary>
internal ref struct DomeEventReader
{
    private const int LongestId = 64;
    private const int LongestText = 1024;
    private const int LongestNumber = 18;

    // What ends a plain ASCII text, or makes it another's business.
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Where(static b => b is < 32 or >= 127 or '"' or '\\').Select(static b => (byte)b)]);

    private ReadOnlySpan<byte> _rest;
    private bool _deviates;
    private bool _isOtherwise;      // it says what we would write, and not in the same bytes

    private DomeEventReader(ReadOnlySpan<byte> frame) => _rest = frame;

    /// <summary>Null: it is something else, or written otherwise.</summary>
    /// <param name="data">Where the frame has, byte for byte, what is written of its fill here. Empty: nowhere.</param>
    internal static DomeServerFrame.Event? TryRead(ReadOnlySpan<byte> frame, out Range data)
    {
        data = default;
        var reader = new DomeEventReader(frame);
        reader.Literal("{\"type\":\"event\",\"subscription_id\":"u8);
        if (reader._deviates) return null;
        var subscription = reader.Quoted(LongestId);
        reader.Literal(",\"data\":"u8);
        var start = frame.Length - reader._rest.Length;
        var fill = reader.Data();
        var end = frame.Length - reader._rest.Length;
        Position? position = reader.Skips(",\"position\":"u8) ? reader.Value<Position>() : null;
        reader.Literal("}"u8);
        if (reader._deviates || !reader._rest.IsEmpty) return null;
        if (!reader._isOtherwise) data = start..end;
        return new(RepeatedTexts.Get(subscription), fill!, position, EventMarks.None);
    }

    private Fill? Data()
    {
        Literal("{\"token_id\":"u8);
        var token = Token();
        Literal(",\"token_label\":"u8);
        var label = Quoted(LongestText);
        var buys = Skips(",\"side\":\"BUY\",\"market_slug\":"u8);
        if (!buys) Literal(",\"side\":\"SELL\",\"market_slug\":"u8);
        var slug = Quoted(LongestText);
        Literal(",\"condition_id\":"u8);
        var condition = Hex<ConditionId>();
        Literal(",\"shares\":"u8);
        var shares = new Quantity(Whole());
        Literal(",\"shares_normalized\":"u8);
        Compare(shares, Number());
        Literal(",\"price\":"u8);
        var digits = Number();
        if (!Price.TryParse(digits, out var price)) _deviates = true;
        Compare(price, digits);
        Literal(",\"block_number\":"u8);
        var block = Whole();
        Literal(",\"log_index\":"u8);
        var logIndex = Whole();
        Literal(",\"tx_hash\":"u8);
        var tx = Hex<TxHash>();
        Literal(",\"title\":"u8);
        var title = Quoted(LongestText);
        Literal(",\"timestamp\":"u8);
        var timestamp = Whole();
        Literal(",\"order_hash\":"u8);
        var order = Hex<OrderHash>();
        Literal(",\"user\":"u8);
        var user = Hex<WalletId>();
        Literal(",\"taker\":"u8);
        var taker = Hex<WalletId>();
        Literal("}"u8);
        if (_deviates || logIndex > int.MaxValue) return Deviates();
        return new()
        {
            Token = token,
            Side = buys ? Side.Buy : Side.Sell,
            Shares = shares,
            Price = price,
            Tx = tx,
            User = user,
            Timestamp = timestamp,
            Block = block,
            LogIndex = (int)logIndex,
            Order = order,
            Taker = taker,
            Market = RepeatedMarkets.Of(token, condition, slug, title, label),
        };
    }

    private Fill? Deviates()
    {
        _deviates = true;
        return null;
    }

    private bool Skips(ReadOnlySpan<byte> text)
    {
        if (!_rest.StartsWith(text)) return false;
        _rest = _rest[text.Length..];
        return true;
    }

    private void Literal(ReadOnlySpan<byte> text)
    {
        if (!Skips(text)) _deviates = true;
    }

    private ReadOnlySpan<byte> Quoted()
    {
        if (_rest is not [(byte)'"', ..]) return Nothing();
        var length = _rest[1..].IndexOfAny(NotPlain);
        if (length < 0 || _rest[length + 1] != '"') return Nothing();
        var text = _rest.Slice(1, length);
        _rest = _rest[(length + 2)..];
        return text;
    }

    private T Value<T>() where T : struct, IWireText<T> => Value<T>(Quoted());

    private T Value<T>(ReadOnlySpan<byte> text) where T : struct, IWireText<T>
    {
        if (!T.TryParse(text, out var value)) _deviates = true;
        return value;
    }

    private TokenId Token()
    {
        var digits = Quoted();
        if (digits is [(byte)'0', _, ..]) _isOtherwise = true;
        return Value<TokenId>(digits);
    }

    /// <summary>Written with small letters and with all of its digits.</summary>
    private T Hex<T>() where T : struct, IWireText<T>
    {
        var text = Quoted();
        if (text.Length != T.MaxLength || text.ContainsAnyInRange((byte)'A', (byte)'Z')) _isOtherwise = true;
        return Value<T>(text);
    }

    /// <summary>Is the text how the value is written here?</summary>
    private void Compare<T>(in T value, ReadOnlySpan<byte> text) where T : struct, IWireText<T>
    {
        Span<byte> ours = stackalloc byte[T.MaxLength];
        if (!value.TryFormat(ours, out var written) || !text.SequenceEqual(ours[..written])) _isOtherwise = true;
    }

    private ReadOnlySpan<byte> Quoted(int most)
    {
        var text = Quoted();
        return text.Length <= most ? text : Nothing();
    }

    private long Whole()
    {
        var digits = Number();
        if (digits.Length > LongestNumber || digits.Contains((byte)'.'))
        {
            _deviates = true;
            return 0;
        }
        long value = 0;
        foreach (var digit in digits) value = (value * 10) + (digit - '0');
        return value;
    }

    /// <summary>Digits, without needless zeros, and perhaps a point and more of them.</summary>
    private ReadOnlySpan<byte> Number()
    {
        var whole = Digits(_rest);
        var length = whole;
        if (whole < _rest.Length && _rest[whole] == '.')
        {
            var fraction = Digits(_rest[(whole + 1)..]);
            length = fraction == 0 ? 0 : whole + 1 + fraction;
        }
        if (whole == 0 || length == 0 || (whole > 1 && _rest[0] == '0')) return Nothing();
        var number = _rest[..length];
        _rest = _rest[length..];
        return number;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && (uint)(text[length] - '0') <= 9) length++;
        return length;
    }

    private ReadOnlySpan<byte> Nothing()
    {
        _deviates = true;
        return default;
    }
}
