namespace Oddswire.Messages.Values;

/// <summary>
/// A market's condition. Protocol V2 ids are 31 bytes, which Gamma writes with 62 hex digits and everybody else
/// padded on the right to 64: both texts are the same id here.
/// </summary>
public readonly record struct ConditionId(Bytes32 Value) : IWireText<ConditionId>
{
    private const int ShortSize = 31;

    public static int MaxLength => Bytes32.MaxLength;

    public static bool TryParse(ReadOnlySpan<byte> utf8, out ConditionId value)
    {
        Span<byte> bytes = stackalloc byte[Bytes32.Size];
        bytes[ShortSize] = 0;
        var read = Hex.TryRead(utf8, bytes) || Hex.TryRead(utf8, bytes[..ShortSize]);
        value = read ? new(Bytes32.From(bytes)) : default;
        return read;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out ConditionId value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written) => Value.TryFormat(utf8, out written);

    public override string ToString() => Value.ToString();
}
