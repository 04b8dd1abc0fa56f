namespace Oddswire.Messages.Values;

/// <summary>An outcome token: a uint256 that every venue writes as a decimal string.</summary>
public readonly record struct TokenId(Bytes32 Value) : IWireText<TokenId>
{
    // 2^256 has 78 digits.
    public static int MaxLength => 78;

    public bool IsZero => Value == default;

    public static bool TryParse(ReadOnlySpan<byte> utf8, out TokenId value)
    {
        var read = Decimal256.TryParse(utf8, out var number);
        value = new(number);
        return read;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out TokenId value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written) => Decimal256.TryFormat(Value, utf8, out written);

    public override string ToString() => WireText.ToString(this);
}
