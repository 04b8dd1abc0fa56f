namespace Oddswire.Messages.Values;

/// <summary>The EIP-712 hash of an order: the same for all its partial fills.</summary>
public readonly record struct OrderHash(Bytes32 Value) : IWireText<OrderHash>
{
    public static int MaxLength => Bytes32.MaxLength;

    public static bool TryParse(ReadOnlySpan<byte> utf8, out OrderHash value)
    {
        var read = Bytes32.TryParse(utf8, out var bytes);
        value = new(bytes);
        return read;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out OrderHash value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written) => Value.TryFormat(utf8, out written);

    public override string ToString() => Value.ToString();
}
