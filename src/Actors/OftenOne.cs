using System.Diagnostics.CodeAnalysis;

namespace Oddswire.Actors;

/// <summary>
/// A dictionary of which there are many, nearly all with one entry: the subscriptions of a socket, the followers of a wallet. That one lies here; what
/// has been more is a dictionary from then on.
/// </summary>
internal struct OftenOne<TKey, TValue> where TKey : struct, IEquatable<TKey>
{
    private Dictionary<TKey, TValue>? _many;
    private TKey _key;
    private TValue? _value;
    private bool _isOne;

    internal readonly int Count => _many?.Count ?? (_isOne ? 1 : 0);

    internal readonly bool ContainsKey(TKey key) => _many is null ? _isOne && _key.Equals(key) : _many.ContainsKey(key);

    internal readonly bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_many is not null)
            return _many.TryGetValue(key, out value);
        var has = _isOne && _key.Equals(key);
        value = has ? _value! : default;
        return has;
    }

    /// <summary>In place of what was there.</summary>
    internal void Set(TKey key, TValue value)
    {
        if (_many is null && (!_isOne || _key.Equals(key)))
        {
            (_isOne, _key, _value) = (true, key, value);
            return;
        }
        _many ??= new() { [_key] = _value! };
        (_isOne, _key, _value) = (false, default, default);
        _many[key] = value;
    }

    internal bool Remove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_many is not null)
            return _many.Remove(key, out value);
        if (!TryGetValue(key, out value))
            return false;
        (_isOne, _key, _value) = (false, default, default);
        return true;
    }

    /// <summary>Its values.</summary>
    public readonly Enumerator GetEnumerator() => new(this);

    internal struct Enumerator
    {
        private readonly TValue? _one;
        private readonly bool _isMany;
        private bool _isOneLeft;
        private TValue? _current;
        private Dictionary<TKey, TValue>.ValueCollection.Enumerator _many;

        internal Enumerator(OftenOne<TKey, TValue> of)
        {
            (_one, _isOneLeft) = (of._value, of._isOne);
            if (of._many is { } many)
                (_isMany, _many) = (true, many.Values.GetEnumerator());
        }

        public readonly TValue Current => _current!;

        public bool MoveNext()
        {
            if (_isMany)
            {
                var has = _many.MoveNext();
                _current = _many.Current;
                return has;
            }
            _current = _one;
            var hadOne = _isOneLeft;
            _isOneLeft = false;
            return hadOne;
        }
    }
}
