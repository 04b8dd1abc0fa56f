using System.Text;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>A field's name in both spellings that the venue's gateway reads: marketSlugs and market_slugs.</summary>
internal sealed class UsKey(string camel)
{
    private readonly byte[] _camel = Encoding.ASCII.GetBytes(camel);
    private readonly byte[] _snake = Encoding.ASCII.GetBytes(Snake(camel));

    public bool Is(ReadOnlySpan<byte> name) => name.SequenceEqual(_camel) || name.SequenceEqual(_snake);

    public ReadOnlySpan<byte> In(UsSpelling spelling) => spelling == UsSpelling.Camel ? _camel : _snake;

    private static string Snake(string camel) =>
        string.Concat(camel.Select(static (letter, at) => char.IsAsciiLetterUpper(letter) && at > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
