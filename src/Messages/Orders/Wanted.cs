using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Oddswire.Messages.Orders;

/// <summary>
/// One array of a filter: not asked for, everything (`*`), or these values, in the order given and without repeats.
/// 100,000 values are normal; the set behind a short list would cost more than it saves.
/// </summary>
public sealed class Wanted<T> : IEquatable<Wanted<T>> where T : IEquatable<T>
{
    public static readonly Wanted<T> Unasked = new([], null, everything: false);
    public static readonly Wanted<T> Everything = new([], null, everything: true);
    private readonly FrozenSet<T>? _set;

    internal Wanted(ImmutableArray<T> values, FrozenSet<T>? set, bool everything) =>
        (Values, _set, IsEverything) = (values, set, everything);

    /// <summary>Empty for <see cref="Unasked"/> and <see cref="Everything"/>.</summary>
    public ImmutableArray<T> Values { get; }

    public bool IsEverything { get; }

    public bool IsAsked => IsEverything || Values.Length > 0;

    public bool Contains(T value) => IsEverything || (_set is null ? IsListed(value) : _set.Contains(value));

    // For each delivery: by the values' own Equals, where the array's Contains asks a comparer.
    private bool IsListed(T value)
    {
        foreach (var listed in Values)
        {
            if (listed.Equals(value)) return true;
        }
        return false;
    }

    public bool Equals(Wanted<T>? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || IsEverything != other.IsEverything || Values.Length != other.Values.Length) return false;
        foreach (var value in Values)
        {
            if (!other.Contains(value)) return false;
        }
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as Wanted<T>);

    // The order of the values does not count, so neither does it here.
    public override int GetHashCode()
    {
        var sum = IsEverything ? 1 : 0;
        foreach (var value in Values) sum += value.GetHashCode();
        return sum;
    }
}

public static class Wanted
{
    private const int Short = 8;

    /// <summary>Without values: <see cref="Wanted{T}.Unasked"/>.</summary>
    public static Wanted<T> Of<T>(params ReadOnlySpan<T> values) where T : IEquatable<T>
    {
        if (values.IsEmpty) return Wanted<T>.Unasked;
        if (values.Length == 1) return new([values[0]], null, everything: false);
        var set = FrozenSet.Create(values);
        var distinct = set.Count == values.Length ? [.. values] : Distinct(values, set.Count);
        return new(distinct, distinct.Length > Short ? set : null, everything: false);
    }

    private static ImmutableArray<T> Distinct<T>(ReadOnlySpan<T> values, int count)
    {
        var seen = new HashSet<T>(count);
        var distinct = ImmutableArray.CreateBuilder<T>(count);
        foreach (var value in values)
        {
            if (seen.Add(value)) distinct.Add(value);
        }
        return distinct.MoveToImmutable();
    }
}
