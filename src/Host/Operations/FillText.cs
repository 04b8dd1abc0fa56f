using System.Globalization;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Operations;

/// <summary>A fill as a person reads it.</summary>
internal static class FillText
{
    internal static string Of(TapeEntry entry) => $"{Time(entry.Fill)}  {Of(entry.Fill)}  {entry.Position}{(entry.Late ? "  late" : "")}";

    internal static string Of(Fill fill) => $"{Trade(fill)}  {Market(fill)}  {Short(fill.User)}";

    internal static string Time(Fill fill) => DateTimeOffset.FromUnixTimeSeconds(fill.Timestamp).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    internal static string Trade(Fill fill) => $"{(fill.Side == Side.Buy ? "BUY " : "SELL")} {fill.Shares} {Printable(fill.Market.Label.Length > 0 ? fill.Market.Label : "shares")} @ {fill.Price}";

    internal static string Market(Fill fill) => Printable(fill.Market.Slug.Length > 0 ? fill.Market.Slug : $"token {fill.Token.ToString()[..8]}...");

    /// <summary>As wallets are shown everywhere: enough to know one's own.</summary>
    internal static string Short(WalletId wallet)
    {
        var text = wallet.ToString();
        return $"{text[..6]}...{text[^4..]}";
    }

    /// <summary>Names come from a venue: nothing of them moves the cursor.</summary>
    internal static string Printable(string text) => string.Create(text.Length, text, static (to, from) =>
    {
        for (var i = 0; i < from.Length; i++)
            to[i] = char.IsControl(from[i]) ? '?' : from[i];
    });
}
