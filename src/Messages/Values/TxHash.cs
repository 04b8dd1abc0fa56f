namespace Oddswire.Messages.Values;

/// <summary>A Polygon transaction.</summary>
public readonly record struct TxHash(Bytes32 Value) : IWireText<TxHash>
{
    public static int MaxLength => Bytes32.MaxLength;

    public static bool TryParse(ReadOnlySpan<byte> utf8, out TxHash value)
    {
        var read = Bytes32.TryParse(utf8, out var bytes);
        value = new(bytes);
        return read;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out TxHash value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written) => Value.TryFormat(utf8, out written);

    public override string ToString() => Value.ToString();
}
