using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Clob;

/// <summary>
/// The ids that were read last, by their texts. A market's changes name the same two tokens again and again, and to compare
/// 77 digits costs a tenth of reading them.
/// </summary>
internal sealed class ClobMemo
{
    private readonly Known<TokenId> _tokens = new(4);
    private readonly Known<ConditionId> _conditions = new(1);

    internal bool TryParse(ReadOnlySpan<byte> text, out TokenId token) => _tokens.TryParse(text, out token);

    internal bool TryParse(ReadOnlySpan<byte> text, out ConditionId condition) => _conditions.TryParse(text, out condition);

    private sealed class Known<T>(int slots) where T : struct, IWireText<T>
    {
        private readonly byte[] _texts = new byte[slots * T.MaxLength];
        private readonly (int Length, T Value)[] _known = new (int, T)[slots];
        private int _next;

        internal bool TryParse(ReadOnlySpan<byte> text, out T value)
        {
            for (var i = 0; i < _known.Length; i++)
            {
                if (_known[i].Length == text.Length && text.SequenceEqual(_texts.AsSpan(i * T.MaxLength, text.Length)))
                {
                    value = _known[i].Value;
                    return text.Length > 0;
                }
            }
            if (!T.TryParse(text, out value)) return false;
            text.CopyTo(_texts.AsSpan(_next * T.MaxLength));
            _known[_next] = (text.Length, value);
            _next = (_next + 1) % _known.Length;
            return true;
        }
    }
}
