namespace Oddswire.Messages.Values;

/// <summary>A value with one short ASCII text form, as it stands in frames, settings and addresses.</summary>
public interface IWireText<TSelf> where TSelf : struct, IWireText<TSelf>
{
    /// <summary>No text of this value is longer, neither read nor written.</summary>
    static abstract int MaxLength { get; }

    static abstract bool TryParse(ReadOnlySpan<byte> utf8, out TSelf value);

    /// <summary>False, with nothing written that counts, when the text does not fit.</summary>
    bool TryFormat(Span<byte> utf8, out int written);
}
