namespace Oddswire.Messages.Values;

/// <summary>Collateral per share, 0 to 1, in millionths. Not a tick: a fill's price is what was paid over what was got.</summary>
public readonly record struct Price(int Micros) : IWireText<Price>
{
    public const int One = 1_000_000;

    public static int MaxLength => 64;

    /// <summary>Collateral / shares to the nearest millionth, halves up. False without shares or when a share would cost more than 1.</summary>
    public static bool TryFrom(Quantity collateral, Quantity shares, out Price value)
    {
        value = default;
        if (shares.Micros <= 0 || collateral.Micros < 0) return false;
        var micros = (((UInt128)collateral.Micros * One) + ((UInt128)shares.Micros / 2)) / (UInt128)shares.Micros;
        if (micros > One) return false;
        value = new((int)micros);
        return true;
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8, out Price value)
    {
        var read = MicroText.TryParse(utf8, out var micros) && micros <= One;
        value = read ? new((int)micros) : default;
        return read;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Price value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written) => MicroText.TryFormat(Micros, utf8, out written);

    public override string ToString() => WireText.ToString(this);
}
