using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Polygon;

/// <summary>
/// From topics and data words to a fill, by the tables of polygon.md section 3. All arithmetic is in integers; what does
/// not fit or makes no sense is a named failure, never a wrong number.
/// </summary>
internal static class OrderFilledDecoder
{
    /// <summary>Enough for both layouts; further words are ignored.</summary>
    public const int MostWords = 7;
    private const int WordsV1 = 5;
    private const int WordsV2 = 7;

    public static bool IsOrderFilled(Bytes32 topic0) => topic0 == PolygonEvents.OrderFilledV2 || topic0 == PolygonEvents.OrderFilledV1;

    /// <summary>What the log says apart from where it stood. Null, with the failure, when it cannot be a fill.</summary>
    public static OrderFilled? Decode(ReadOnlySpan<Bytes32> topics, ReadOnlySpan<Bytes32> words, out LogFailure failure)
    {
        failure = LogFailure.WrongTopics;
        if (topics.Length != 4 || !WalletId.TryFromWord(topics[2], out var maker) || !WalletId.TryFromWord(topics[3], out var taker)) return null;

        var newer = topics[0] == PolygonEvents.OrderFilledV2;
        failure = LogFailure.WrongData;
        if (words.Length < (newer ? WordsV2 : WordsV1)) return null;

        failure = LogFailure.UnknownSide;
        if (!TrySide(words, newer, out var side)) return null;
        var token = new TokenId(!newer && side == Side.Sell ? words[0] : words[1]);
        failure = LogFailure.NoToken;
        if (token.IsZero) return null;

        failure = LogFailure.AmountTooLarge;
        if (!TryAmount(words[2], out var made) || !TryAmount(words[3], out var taken) || !TryAmount(words[4], out var fee)) return null;

        // The maker of a buy gives collateral and takes shares.
        var (collateral, shares) = side == Side.Buy ? (made, taken) : (taken, made);
        failure = shares.Micros == 0 ? LogFailure.NoShares : LogFailure.PriceAboveOne;
        return Price.TryFrom(collateral, shares, out var price) ? new(new(topics[1]), maker, taker, token, side, shares, price, fee) : null;
    }

    private static bool TrySide(ReadOnlySpan<Bytes32> words, bool newer, out Side side)
    {
        if (!newer)
        {
            // V1 names assets instead: asset 0 is the collateral.
            side = words[0] == default ? Side.Buy : Side.Sell;
            return true;
        }
        side = words[0].D == 0 ? Side.Buy : Side.Sell;
        return words[0] is { A: 0, B: 0, C: 0, D: 0 or 1 };
    }

    private static bool TryAmount(Bytes32 word, out Quantity amount)
    {
        amount = new((long)word.D);
        return word is { A: 0, B: 0, C: 0, D: <= long.MaxValue };
    }
}

internal sealed record OrderFilled(OrderHash Order, WalletId Maker, WalletId Taker, TokenId Token, Side Side, Quantity Shares, Price Price, Quantity Fee);
