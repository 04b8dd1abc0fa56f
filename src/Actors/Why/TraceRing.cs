using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>
/// Traces in the order in which their fills were told first, one of each fill, and no more than a number of them: the newest takes the oldest's place.
/// They are rows that stay where they are and hold no references (docs/adr/0023).
/// </summary>
internal sealed class TraceRing(int most)
{
    private const int SlabBits = 8;

    private readonly List<TraceRow[]> _slabs = [];
    private readonly Dictionary<long, int> _rows = [];                  // by offset
    private readonly Dictionary<long, List<FillMark>> _more = [];       // by offset: what has no place in its row
    private readonly SourceNames _names = new();
    private long _oldest;
    private long _next;

    internal int Count => _rows.Count;

    internal long? Oldest => Count == 0 ? null : Row(RowAt(_oldest)).Offset;

    /// <summary>The oldest first.</summary>
    internal IEnumerable<TraceRow> Rows
    {
        get
        {
            for (var number = _oldest; number < _next; number++)
                yield return Row(RowAt(number));
        }
    }

    /// <summary>What is new of a fill that is here is added to what is known of it. False: the oldest was forgotten for it.</summary>
    internal bool Add(FillTrace fill)
    {
        if (_rows.TryGetValue(fill.Offset, out var known))
        {
            ref var row = ref Row(known);
            row.Order = fill.Order ?? row.Order;
            AddMarks(ref row, fill.Marks);
            return true;
        }
        var isFull = Count == most;
        if (isFull)
            ForgetOldest();
        var at = RowAt(_next++);
        Row(at) = new TraceRow(fill.Offset, fill.Tx) { Order = fill.Order };
        AddMarks(ref Row(at), fill.Marks);
        _rows.Add(fill.Offset, at);
        return !isFull;
    }

    internal FillTrace TakeOldest()
    {
        ref var row = ref Row(RowAt(_oldest));
        var fill = new FillTrace(row.Offset, row.Tx, row.Order, MarksOf(row));
        ForgetOldest();
        return fill;
    }

    internal void ForgetOldest()
    {
        ref var row = ref Row(RowAt(_oldest++));
        for (var i = 0; i < row.Marks; i++)
            _names.LetGo(row[i].Source);
        if (row.IsFull)
            _more.Remove(row.Offset);
        _rows.Remove(row.Offset);
        if (_oldest == _next)
            (_oldest, _next) = (0, 0);      // from the first row on again: of those behind it many may never be needed
    }

    internal FillMarks? MarksOf(long offset) => _rows.TryGetValue(offset, out var row) ? MarksOf(Row(row)) : null;

    private FillMarks MarksOf(in TraceRow row)
    {
        FillMarks marks = [];
        for (var i = 0; i < row.Marks; i++)
            marks = marks.Add(new FillMark(row[i].Kind, _names[row[i].Source], row[i].At));
        if (row.IsFull && _more.TryGetValue(row.Offset, out var more))
            marks = marks.AddRange([.. more]);
        return marks;
    }

    private void AddMarks(ref TraceRow row, in FillMarks marks)
    {
        for (var i = 0; i < marks.Count; i++)
        {
            var mark = marks[i];
            if (!row.IsFull)
                row.Add(new RowMark(mark.At, _names.Use(mark.Source), mark.Kind));
            else if (_more.TryGetValue(row.Offset, out var more))
                more.Add(mark);
            else
                _more.Add(row.Offset, [mark]);
        }
    }

    private int RowAt(long number) => (int)(number % most);

    private ref TraceRow Row(int row)
    {
        while (row >> SlabBits >= _slabs.Count)
            _slabs.Add(new TraceRow[1 << SlabBits]);
        return ref _slabs[row >> SlabBits][row & ((1 << SlabBits) - 1)];
    }
}
