using System.Collections.Immutable;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Polygon;

/// <summary>
/// The contracts on chain 137 that fill orders. "CLOB V2" (April 2026) and "Protocol V2" (ExchangeV3, autumn 2026) are two
/// different upgrades; watching only the first misses the markets of the second. Settings may name others.
/// </summary>
public static class PolygonContracts
{
    public static WalletId CtfExchangeV1 { get; } = WireText.Parse<WalletId>("0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e");
    public static WalletId NegRiskExchangeV1 { get; } = WireText.Parse<WalletId>("0xc5d563a36ae78145c45a50134d48a1215220f80a");
    public static WalletId CtfExchangeV2 { get; } = WireText.Parse<WalletId>("0xe111180000d2663c0091e4f400237545b87b996b");
    public static WalletId NegRiskExchangeV2 { get; } = WireText.Parse<WalletId>("0xe2222d279d744050d28e00520010520000310f59");

    /// <summary>Named by one source only; watched because a contract without logs costs nothing.</summary>
    public static WalletId NegRiskExchangeB { get; } = WireText.Parse<WalletId>("0xe2222d002000ba0053cef3375333610f64600036");
    public static WalletId ExchangeV3 { get; } = WireText.Parse<WalletId>("0xe3333700ca9d93003f00f0f71f8515005f6c00aa");

    public static ImmutableArray<WalletId> Current { get; } = [CtfExchangeV2, NegRiskExchangeV2, NegRiskExchangeB, ExchangeV3];

    /// <summary>Traded until 2026-04-28; for back-fills that reach so far.</summary>
    public static ImmutableArray<WalletId> Former { get; } = [CtfExchangeV1, NegRiskExchangeV1];
}
