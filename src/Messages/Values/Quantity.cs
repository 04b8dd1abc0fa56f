namespace Oddswire.Messages.Values;

/// <summary>An amount of outcome tokens or collateral in millionths, as the chain counts; never negative on the wire.</summary>
public readonly record struct Quantity(long Micros) : IWireText<Quantity>
{
    public static int MaxLength => 64;

    public static bool TryParse(ReadOnlySpan<byte> utf8, out Quantity value)
    {
        var read = MicroText.TryParse(utf8, out var micros);
        value = new(micros);
        return read;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Quantity value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written) => MicroText.TryFormat(Micros, utf8, out written);

    public override string ToString() => WireText.ToString(this);
}
