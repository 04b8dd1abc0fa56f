using Oddswire.Messages.Values;

namespace Oddswire.Actors.Tape;

/// <summary>
/// Transactions with which nobody is busy: all their fills are stored, and they are only remembered, so that they are not told twice. Objects would be carried
/// from generation to generation by the garbage collector and die old; here they are rows of a ring, which stay where they are until the newest takes the
/// oldest's place. Whatever is said of one of them again takes it out as what it was before (docs/adr/0023).
/// </summary>
internal sealed class Archive(int most)
{
    private const int SlabBits = 10;
    private const int Ahead = 16;

    private readonly List<ArchiveRow[]> _slabs = [];
    private readonly HashPlaces _places = new();
    private long _oldest;
    private long _next;
    private int _touched;

    // The rows of a transaction follow each other; there is room for a large one at any rate.
    private readonly int _rows = Math.Max(most, 1 << SlabBits);

    internal int Count => _places.Count;

    /// <summary>One of these is going to be looked for soon.</summary>
    internal void Touch(TxHash tx) => _touched ^= _places.Touch(tx.GetHashCode());

    /// <summary>False: it is larger than all that is kept here.</summary>
    internal bool TryKeep(TxGroup group)
    {
        if (group.Slots.Count > _rows)
            return false;
        while (_places.Count >= most || _next + group.Slots.Count - _oldest > _rows)
            ForgetOldest();
        var first = RowAt(_next);
        foreach (var slot in group.Slots)
            At(_next++).Put(slot);
        At(_next - group.Slots.Count).Put(group);
        _places.Add(group.Tx.GetHashCode(), first);
        return true;
    }

    internal TxGroup? Take(TxHash tx)
    {
        var hash = tx.GetHashCode();
        var at = -1;
        for (var row = _places.Next(hash, ref at); row >= 0; row = _places.Next(hash, ref at))
        {
            if (!Row(row).Is(tx))
                continue;
            _places.Remove(hash, row);
            return TakeOut(row);
        }
        return null;
    }

    private TxGroup TakeOut(int row)
    {
        var group = Row(row).Group();
        for (var i = 0; i < Row(row).Length; i++)
            group.Slots.Add(Row((row + i) % _rows).Slot(group));
        Row(row).IsOut = true;
        return group;
    }

    private void ForgetOldest()
    {
        ref var row = ref At(_oldest);
        if (!row.IsOut)
            _places.Remove(row.Hash, RowAt(_oldest));
        _oldest += row.Length;
        // The ring is read in its order, which memory is quick at; where a row's place is, is anywhere.
        if (_oldest + Ahead < _next)
            _touched ^= _places.Touch(At(_oldest + Ahead).Hash);
    }

    private int RowAt(long number) => (int)(number % _rows);

    private ref ArchiveRow At(long number) => ref Row(RowAt(number));

    private ref ArchiveRow Row(int row)
    {
        while (row >> SlabBits >= _slabs.Count)
            _slabs.Add(new ArchiveRow[1 << SlabBits]);
        return ref _slabs[row >> SlabBits][row & ((1 << SlabBits) - 1)];
    }
}
