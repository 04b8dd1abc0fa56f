using System.Runtime.InteropServices;
using Oddswire.Runtime.Execution;

namespace Oddswire.Runtime.Diagnostics;

/// <summary>
/// The cells that have had work since the last look. Whoever is not among them is idle, has nothing in its mailbox and has counted nothing: so a look
/// costs what happens and not what there is, which may be millions.
/// </summary>
/// <param name="looks">False: nobody will look, and nobody is noted.</param>
internal sealed class BusyCells(bool looks)
{
    private const int Few = 1_024;
    private const int AtOnce = 256;     // who gets work meanwhile waits for so many looks at most

    private readonly Lock _gate = new();
    private List<Seen> _cells = [];
    private List<Seen> _before = [];
    private long _lastLook;
    private long _processed;
    private int _look = looks ? 1 : 0;

    /// <param name="Processed">At the last look; -1: there was none yet.</param>
    /// <param name="Since">Without progress, although there is something to do.</param>
    private readonly record struct Seen(ICell Cell, long Processed = -1, long Since = 0);

    /// <summary>A cell that gets work says so once for each look.</summary>
    internal int Look => Volatile.Read(ref _look);

    internal void Add(ICell cell)
    {
        lock (_gate)
            _cells.Add(new(cell));
    }

    /// <summary>What it has counted is kept here from now on.</summary>
    internal void Stopped(ICell cell)
    {
        lock (_gate)
            _processed += cell.TakeProcessed();
    }

    /// <summary>Messages, of all cells that there ever were.</summary>
    internal long Processed()
    {
        for (var at = 0; ; at += AtOnce)
        {
            lock (_gate)
            {
                foreach (var seen in CollectionsMarshal.AsSpan(_cells)[Math.Min(at, _cells.Count)..Math.Min(at + AtOnce, _cells.Count)])
                    _processed += seen.Cell.TakeProcessed();
                if (at + AtOnce >= _cells.Count)
                    return _processed;
            }
        }
    }

    /// <summary>One at a time.</summary>
    internal SystemSample Sample(TimeProvider time)
    {
        lock (_gate)
        {
            _lastLook = time.GetTimestamp();
            // Behind a full fence the cells are looked at, as they look here behind one when they get work: one of both sees the other.
            Interlocked.Increment(ref _look);
            (_cells, _before) = (_before, _cells);
        }
        var sample = new SystemSample();
        for (var at = 0; at < _before.Count; at += AtOnce)
        {
            lock (_gate)
            {
                foreach (var seen in CollectionsMarshal.AsSpan(_before)[at..Math.Min(at + AtOnce, _before.Count)])
                    LookAt(seen, sample, time);
            }
        }
        Clear(ref _before);
        return sample;
    }

    private void LookAt(in Seen seen, SystemSample sample, TimeProvider time)
    {
        var (processed, depth) = (seen.Cell.Processed, seen.Cell.Depth);
        var since = depth == 0 || processed != seen.Processed ? _lastLook : seen.Since;
        sample.Depth += depth;
        if (time.GetElapsedTime(since, _lastLook) is var stuck && stuck > sample.MaxStuck)
            sample.MaxStuck = stuck;
        if (seen.Cell.IsBusy && seen.Cell.TryNote(_look))
            _cells.Add(new(seen.Cell, processed, since));
        _processed += seen.Cell.TakeProcessed();     // after the look whether it is idle: of who is, nothing is left over
    }

    /// <summary>Who had made no progress at the last look, and for how long.</summary>
    internal Dictionary<ICell, TimeSpan> Stuck(TimeProvider time)
    {
        lock (_gate)
            return _cells.Where(static seen => seen.Processed >= 0).ToDictionary(static seen => seen.Cell, seen => time.GetElapsedTime(seen.Since, _lastLook));
    }

    // A start of a million actors is not remembered in room for a million.
    private static void Clear(ref List<Seen> cells)
    {
        if (cells.Capacity > Few && cells.Count < cells.Capacity / 4)
            cells = [];
        else
            cells.Clear();
    }
}

/// <summary>What one look found.</summary>
internal sealed class SystemSample
{
    internal long Depth;
    internal TimeSpan MaxStuck;
}
