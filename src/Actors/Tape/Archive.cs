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
    private const int Ahead = 32;

    private readonly List<(ArchiveRow[] Rows, ArchiveHead[] Heads)> _slabs = [];
    private readonly HashPlaces _places = new();
    private long _oldest;
    private long _next;
    private long _near;     // the places of older rows are at hand
    private int _touched;

    // The rows of a transaction follow each other; there is room for a large one at any rate.
    private readonly int _rows = Math.Max(most, 1 << SlabBits);

    internal int Count => _places.Count;

    /// <summary>One of these is going to be looked for soon.</summary>
    internal void Touch(TxHash tx) => _touched ^= _places.Touch(tx.GetHashCode());

    /// <summary>False: it is larger than all that is kept here.</summary>
    internal bool TryKeep(TxGroup group)
    {
        if (group.Slots.Length > _rows)
            return false;
        while (_places.Count >= most || _next + group.Slots.Length - _oldest > _rows)
            ForgetOldest();
        var first = RowAt(_next);
        foreach (var slot in group.Slots)
            Row(RowAt(_next++)).Put(slot);
        var hash = group.Tx.GetHashCode();
        Row(first).Put(group);
        Head(first) = new ArchiveHead(hash, group.Slots.Length, IsOut: false);
        _places.Add(hash, first);
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
        ref var head = ref Head(row);
        for (var i = 0; i < head.Length; i++)
            group.Add(Row((row + i) % _rows).Slot(group));
        head.IsOut = true;
        return group;
    }

    private void ForgetOldest()
    {
        if (_oldest >= _near)
            Approach();
        ref var head = ref Head(RowAt(_oldest));
        if (!head.IsOut)
            _places.Remove(head.Hash, RowAt(_oldest));
        _oldest += head.Length;
    }

    /// <summary>Heads are read in their order, which memory is quick at; where a row's place is, is anywhere: so many are fetched at a time.</summary>
    private void Approach()
    {
        for (var (n, row) = (0, _oldest); n < Ahead && row < _next; n++, row = _near)
        {
            var head = Head(RowAt(row));
            _touched ^= _places.Touch(head.Hash);
            _near = row + head.Length;
        }
    }

    private int RowAt(long number) => (int)(number % _rows);

    private ref ArchiveRow Row(int row) => ref Slab(row).Rows[row & ((1 << SlabBits) - 1)];

    private ref ArchiveHead Head(int row) => ref Slab(row).Heads[row & ((1 << SlabBits) - 1)];

    private (ArchiveRow[] Rows, ArchiveHead[] Heads) Slab(int row)
    {
        while (row >> SlabBits >= _slabs.Count)
            _slabs.Add((new ArchiveRow[1 << SlabBits], new ArchiveHead[1 << SlabBits]));
        return _slabs[row >> SlabBits];
    }
}
