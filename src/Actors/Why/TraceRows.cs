using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>
/// Traces in the order in which their fills were told first, one of each fill, and no more than a number of them. They are rows that stay where they
/// are and hold no references (docs/adr/0023); there are as many as were needed at once, and who goes leaves its row to the next that comes.
/// </summary>
internal sealed class TraceRows(int most)
{
    private const int SlabBits = 8;
    private const int None = -1;

    private readonly List<TraceRow[]> _slabs = [];
    private readonly Dictionary<long, int> _rows = [];                  // by offset
    private readonly Dictionary<long, List<FillMark>> _more = [];       // by offset: what has no place in its row
    private readonly SourceNames _names = new();
    private int _oldest = None;
    private int _newest = None;
    private int _free = None;

    internal int Count => _rows.Count;

    internal long? Oldest => _oldest == None ? null : Row(_oldest).Offset;

    /// <summary>The oldest first.</summary>
    internal IEnumerable<TraceRow> All
    {
        get
        {
            for (var at = _oldest; at != None; at = Row(at).Next)
                yield return Row(at);
        }
    }

    /// <summary>What is new of a fill that is here is added to what is known of it. False: the oldest was forgotten for it.</summary>
    internal bool Add(FillTrace fill)
    {
        if (_rows.TryGetValue(fill.Offset, out var known))
        {
            Row(known).Order = fill.Order ?? Row(known).Order;
            AddMarks(ref Row(known), fill.Marks);
            return true;
        }
        var isFull = Count == most;
        if (isFull)
            ForgetOldest();
        var at = Append(fill.Offset);
        Row(at) = new TraceRow(fill.Offset, fill.Tx) { Order = fill.Order, Next = None };
        AddMarks(ref Row(at), fill.Marks);
        return !isFull;
    }

    internal FillTrace TakeOldest()
    {
        ref var row = ref Row(_oldest);
        var fill = new FillTrace(row.Offset, row.Tx, row.Order, MarksOf(ref row));
        ForgetOldest();
        return fill;
    }

    internal void ForgetOldest()
    {
        ref var row = ref Row(_oldest);
        for (var i = 0; i < row.Marks; i++)
            _names.LetGo(row[i].Source);
        if (row.IsFull)
            _more.Remove(row.Offset);
        _rows.Remove(row.Offset);
        (_free, _oldest, row.Next) = (_oldest, row.Next, _free);
        if (_oldest == None)
            _newest = None;
    }

    internal FillMarks? MarksOf(long offset) => _rows.TryGetValue(offset, out var row) ? MarksOf(ref Row(row)) : null;

    private FillMarks MarksOf(ref TraceRow row)
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

    private int Append(long offset)
    {
        var at = FreeRow();
        _rows.Add(offset, at);
        if (_newest == None)
            _oldest = at;
        else
            Row(_newest).Next = at;
        return _newest = at;
    }

    private int FreeRow()
    {
        var at = _free;
        if (at != None)
        {
            _free = Row(at).Next;
            return at;
        }
        if (Count >> SlabBits == _slabs.Count)
            _slabs.Add(new TraceRow[1 << SlabBits]);
        return Count;
    }

    private ref TraceRow Row(int at) => ref _slabs[at >> SlabBits][at & ((1 << SlabBits) - 1)];
}
