using Oddswire.Messages.Books;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Clob;

/// <summary>
/// Reads a price_change in the very layout in which the venue writes it: 19 of 20 frames. It compares fixed parts instead of looking for tokens,
/// which is four times as fast; what differs in a single byte is left to the JSON reader, and a test holds both to the same answer.
/// </summary>
internal static class ClobChangeScan
{
    /// <summary>False: the frame is no such thing, and nothing that was read of it counts.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> frame, ClobMarketEvent into)
    {
        var cursor = new Cursor(frame);
        if (!cursor.Skip("{\"market\":\""u8) || !cursor.Text(out var market) || !into.Memo.TryParse(market, out ConditionId condition)) return false;
        if (!cursor.Skip(",\"price_changes\":["u8)) return false;
        do
        {
            if (!TryReadChange(ref cursor, into)) return false;
        }
        while (cursor.Skip(","u8));
        if (!cursor.Skip("],\"timestamp\":\""u8) || !cursor.Number(out var timestamp) || !cursor.Skip(",\"event_type\":\"price_change\"}"u8) || !cursor.AtEnd) return false;
        into.Kind = ClobEventKind.PriceChange;
        into.Json = 0..frame.Length;
        into.Market = condition;
        into.Timestamp = timestamp;
        return true;
    }

    private static bool TryReadChange(ref Cursor cursor, ClobMarketEvent into)
    {
        if (!cursor.Skip("{\"asset_id\":\""u8) || !cursor.Text(out var asset) || !into.Memo.TryParse(asset, out TokenId token)
            || !cursor.Skip(",\"price\":\""u8) || !cursor.Text(out var price) || !WrittenDecimal.TryParse(price, out var at)
            || !cursor.Skip(",\"size\":\""u8) || !cursor.Text(out var size) || !WrittenDecimal.TryParse(size, out var much)
            || !cursor.Skip(",\"side\":\""u8))
        {
            return false;
        }
        var buys = cursor.Skip("BUY\""u8);
        if ((!buys && !cursor.Skip("SELL\""u8))
            || !cursor.Skip(",\"hash\":\""u8) || !cursor.Text(out var hash) || !BookHash.TryParse(hash, out var book)
            || !cursor.Skip(",\"best_bid\":\""u8) || !cursor.Price(out var bid)
            || !cursor.Skip(",\"best_ask\":\""u8) || !cursor.Price(out var ask)
            || !cursor.Skip("}"u8))
        {
            return false;
        }
        into.Changes.Add(new(token, buys ? Side.Buy : Side.Sell, new(at, much), book, bid, ask));
        return true;
    }

    private ref struct Cursor(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public readonly bool AtEnd => _rest.IsEmpty;

        public bool Skip(ReadOnlySpan<byte> expected)
        {
            if (!_rest.StartsWith(expected)) return false;
            _rest = _rest[expected.Length..];
            return true;
        }

        /// <summary>Up to the closing quote, which is passed. What is escaped is no id and no number, and is refused by who parses it.</summary>
        public bool Text(out ReadOnlySpan<byte> text)
        {
            var end = _rest.IndexOf((byte)'"');
            text = end < 0 ? default : _rest[..end];
            _rest = _rest[(end + 1)..];
            return end >= 0;
        }

        public bool Price(out WrittenDecimal? price)
        {
            price = null;
            if (!Text(out var text)) return false;
            if (text.IsEmpty) return true;
            var read = WrittenDecimal.TryParse(text, out var value);
            price = value;
            return read;
        }

        public bool Number(out long value)
        {
            value = 0;
            if (!Text(out var text) || text.IsEmpty || text.Length > 18) return false;
            foreach (var character in text)
            {
                var digit = (uint)(character - '0');
                if (digit > 9) return false;
                value = (value * 10) + digit;
            }
            return true;
        }
    }
}
