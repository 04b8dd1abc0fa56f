using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Storage.Sqlite.Reels;

// What a list of a reel is of: everything, a wallet, a token, a condition, or a slug, of which the hash is enough.
internal readonly record struct ReelKey(byte Kind, Bytes32 Value)
{
    public const int Size = 1 + Bytes32.Size;

    public static ReelKey Everything => default;

    public static ReelKey Of(string slug)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(slug.Length));
        Span<byte> hash = stackalloc byte[Bytes32.Size];
        SHA256.HashData(utf8.AsSpan(0, Encoding.UTF8.GetBytes(slug, utf8)), hash);
        ArrayPool<byte>.Shared.Return(utf8);
        return new(4, Bytes32.From(hash));
    }

    public static ReelKey Of(WalletId user) => new(1, user.ToWord());

    public static ReelKey Of(TokenId token) => new(2, token.Value);

    public static ReelKey Of(ConditionId condition) => new(3, condition.Value);

    // What is asked for: a fill that is in all of these lists.
    public static ReelKey[] Of(OrderQuery query)
    {
        List<ReelKey> keys = [];
        if (query.User is { } user) keys.Add(Of(user));
        if (query.Token is { } token) keys.Add(Of(token));
        if (query.Condition is { } condition) keys.Add(Of(condition));
        if (query.Slug is { } slug) keys.Add(Of(slug));
        return keys.Count > 0 ? [.. keys] : [Everything];
    }

    public ReadOnlySpan<byte> Write(Span<byte> to)
    {
        to[0] = Kind;
        Value.CopyTo(to[1..]);
        return to[..Size];
    }
}

// The lists that a fill is in. A slug is hashed once, however many fills have it.
internal sealed class ReelKeys
{
    private readonly ReelKey[] _keys = new ReelKey[5];
    private readonly Dictionary<string, ReelKey> _slugs = [];

    // The slugs of a reel are not those of the next.
    public void Clear() => _slugs.Clear();

    // Until the next fill.
    public ReadOnlySpan<ReelKey> Of(in ReelRow fill)
    {
        _keys[0] = ReelKey.Everything;
        _keys[1] = ReelKey.Of(fill.User);
        _keys[2] = ReelKey.Of(fill.Token);
        var count = 3;
        if (fill.Condition is { } condition) _keys[count++] = ReelKey.Of(condition);
        if (fill.Slug is { Length: > 0 } slug)
        {
            if (!_slugs.TryGetValue(slug, out var key)) _slugs[slug] = key = ReelKey.Of(slug);
            _keys[count++] = key;
        }
        return _keys.AsSpan(0, count);
    }
}
