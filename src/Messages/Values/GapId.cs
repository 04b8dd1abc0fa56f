namespace Oddswire.Messages.Values;

/// <summary>A recorded gap: `gap_` and ten characters of [a-z0-9].</summary>
public readonly record struct GapId : IWireText<GapId>
{
    private readonly ulong _number;

    private GapId(ulong number) => _number = number;

    public static int MaxLength => Base36.TextLength;

    public static GapId Next(Random random) => new(Base36.Next(random));

    public static bool TryParse(ReadOnlySpan<byte> utf8, out GapId value)
    {
        var read = Base36.TryParse("gap_"u8, utf8, out var number);
        value = new(read ? number : 0);
        return read;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out GapId value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written) => Base36.TryFormat("gap_"u8, _number, utf8, out written);

    public override string ToString() => WireText.ToString(this);
}
