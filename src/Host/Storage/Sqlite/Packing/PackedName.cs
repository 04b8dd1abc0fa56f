using System.Text;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Storage.Sqlite.Packing;

// What all fills of a token have in common: the token, and its market in the words that a fill has for it.
internal readonly record struct PackedName(TokenId Token, ConditionId? Condition, string Slug, string Title, string Label)
{
    private const byte Version = 1;
    private const int MostBesideTexts = 128;

    public MarketText Market => new(Condition, Slug, Title, Label);

    public static PackedName Of(Fill fill) => new(fill.Token, fill.Market.Condition, fill.Market.Slug, fill.Market.Title, fill.Market.Label);

    // Most tokens have one name only, so the token is enough.
    public override int GetHashCode() => Token.GetHashCode();

    public byte[] Write()
    {
        var packed = new PackedWriter(new byte[MostBesideTexts + Encoding.UTF8.GetMaxByteCount(Slug.Length + Title.Length + Label.Length)]);
        packed.Byte(Version);
        packed.Byte((byte)(Condition is null ? 0 : 1));
        packed.Word(Token.Value);
        if (Condition is { } condition) packed.Word(condition.Value);
        packed.Text(Slug);
        packed.Text(Title);
        packed.Text(Label);
        return packed.Closed().ToArray();
    }

    // Null: it is damaged.
    public static PackedName? Read(ReadOnlySpan<byte> packed)
    {
        if (!PackedReader.TryOpen(packed, out var reader) || reader.Byte() != Version) return null;
        var hasCondition = reader.Byte() != 0;
        return new(new(reader.Word()), hasCondition ? new ConditionId(reader.Word()) : null, reader.Text(), reader.Text(), reader.Text());
    }
}
