using System.Runtime.CompilerServices;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>A fill's trace without a reference in it: however many there are, the garbage collector does not look at them.</summary>
internal struct TraceRow(long offset, TxHash tx)
{
    private OrderHash _order;
    private bool _hasOrder;
    private byte _marks;

    /// <summary>The row of the fill that was told first after it, or the next that is free.</summary>
    internal int Next;

    private RowMarks _mark;

    internal long Offset { get; } = offset;

    internal TxHash Tx { get; } = tx;

    internal OrderHash? Order
    {
        readonly get => _hasOrder ? _order : null;
        set => (_order, _hasOrder) = (value.GetValueOrDefault(), value is not null);
    }

    internal readonly int Marks => _marks;

    internal readonly RowMark this[int mark] => _mark[mark];

    internal readonly bool IsFull => _marks == RowMarks.Most;

    internal void Add(RowMark mark) => _mark[_marks++] = mark;
}

/// <param name="Source">By its number (<see cref="SourceNames"/>).</param>
internal readonly record struct RowMark(long At, int Source, MarkKind Kind);

/// <summary>As many as a fill has that is told by a row and by its log. What is beyond is rare.</summary>
[InlineArray(Most)]
internal struct RowMarks
{
    internal const int Most = 4;

    private RowMark _first;
}
