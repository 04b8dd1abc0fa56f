using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Tape;

/// <summary>
/// Which time some source has covered. The chain covers through the last swept block; a witness covers while it is live.
/// A gap is time that none covered; what one missed and another covered is no gap. Pure: time comes in, changed gaps go out.
/// </summary>
internal sealed class Coverage(bool hasChain, Random random)
{
    private const int MostClosed = 64;

    // Milliseconds. A gap's ends are times of a block, of a row or of this machine: they do not meet exactly.
    private const long Near = 4_000;

    private readonly Dictionary<SourceId, SourceKind> _up = [];
    private readonly List<Gap> _open = [];
    private readonly Queue<Gap> _closed = [];       // the newest of them
    private long? _sweptFrom;       // null: never, in any run
    private long _sweptThrough;
    private long _witnessedThrough;
    private GapId? _beyondTheSweep;
    private Gap? _foundLate;
    private Gap? _toldLate;         // as it is on record

    /// <summary>Gaps that still want something: their end, or the sweep.</summary>
    internal IReadOnlyList<Gap> Open => _open;

    internal bool ChainIsUp => _up.ContainsValue(SourceKind.Chain);

    /// <summary>
    /// The gateway starts with what its tape holds: all since then is a gap until it is swept. An empty tape promises nothing.
    /// </summary>
    /// <param name="sweptThrough">Null: the chain has never been swept, and a sweep that begins now does not reach back.</param>
    /// <param name="heardLast">The newest fill that is stored.</param>
    internal void Started(long? sweptThrough, long? heardLast, long now, List<Gap> changed)
    {
        _sweptFrom = sweptThrough is null ? null : 0;
        if ((sweptThrough ?? heardLast) is not { } covered || covered >= now)
            return;
        _sweptThrough = covered;
        var gap = new Gap(GapId.Next(random), "orders", covered, null, "the gateway was not running", GapState.Open);
        if (sweptThrough is null)
            _beyondTheSweep = gap.Id;
        Add(gap, changed);
    }

    /// <summary>What an earlier run left open: it ended when that run did at the latest, and the sweep will settle it - if there is one.</summary>
    /// <param name="toldLate">When the fills were made that are stored as late. Why they were may not have got on record before that run ended.</param>
    internal void Restore(ImmutableArray<Gap> onRecord, ImmutableArray<long> toldLate, long now, List<Gap> changed)
    {
        foreach (var gap in onRecord)
        {
            if (gap.State != GapState.Open)
                Close(gap);
            if (gap.State != GapState.Open || _open.Exists(one => one.Id == gap.Id))
                continue;
            _open.Add(gap with { To = gap.To ?? now });
            if (!hasChain)
                Change(_open.Count - 1, _open[^1] with { State = GapState.Lost }, changed);
        }
        // What a full record has forgotten is not missing.
        var recordBegins = onRecord.Length < Gap.MostOnRecord ? 0 : onRecord.Min(static gap => gap.From);
        Gap? why = null;
        foreach (var time in toldLate)
        {
            if (time < recordBegins || (why is not null && Covers(why, time)))
                continue;
            why = onRecord.FirstOrDefault(gap => Covers(gap, time));
            if (why is null)
                FoundLate(time, changed);
        }
    }

    internal void Up(SourceId source, SourceKind kind, long now, List<Gap> changed)
    {
        if (kind == SourceKind.Follower)
            return;     // it covers what is followed; a gap is about everything
        _up[source] = kind;
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            // Without a chain there is nothing to look it up in.
            if (_open[i].To is null)
                Change(i, _open[i] with { To = now, State = hasChain && _open[i].Id != _beyondTheSweep ? GapState.Open : GapState.Lost }, changed);
        }
    }

    internal void Down(SourceId source, long since, string reason, List<Gap> changed)
    {
        if (!_up.Remove(source, out var kind))
            return;
        if (kind == SourceKind.Witness)
            _witnessedThrough = Math.Max(_witnessedThrough, since);
        if (_up.Count > 0)
            return;
        // What a chain pushed after its last sweep may not have been all.
        var from = kind == SourceKind.Chain && _sweptThrough > 0 ? Math.Min(since, Math.Max(_sweptThrough, _witnessedThrough)) : since;
        Add(new Gap(GapId.Next(random), "orders", from, null, $"{source.Feed}: {reason}", GapState.Open), changed);
    }

    /// <summary>The first sweep of all begins where the chain is then: what was before it is lost. A block takes a second at least.</summary>
    internal void Swept(long blockTime, List<Gap> changed, long blocksBefore = 0)
    {
        _sweptFrom ??= blockTime - (blocksBefore * 1_000);
        _sweptThrough = Math.Max(_sweptThrough, blockTime);
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].To <= _sweptThrough)
                Change(i, _open[i] with { State = _open[i].From < _sweptFrom ? GapState.Lost : GapState.Filled }, changed);
        }
    }

    /// <summary>A fill turned up that was made in a gap.</summary>
    internal void Found(long time)
    {
        for (var i = 0; i < _open.Count; i++)
        {
            if (time >= _open[i].From && (_open[i].To is null || time <= _open[i].To))
                _open[i] = _open[i] with { Found = _open[i].Found + 1 };
        }
    }

    /// <summary>
    /// A fill was told too late to be sent live. Where no gap says why, sources seemed to cover that time and did not: a witness kept
    /// something to itself, or this machine stood still. That is on record too: as it grows, but not for each fill, since with a clock
    /// that is wrong all of them are late.
    /// </summary>
    internal void FoundLate(long time, List<Gap> changed)
    {
        if (_open.Exists(gap => Covers(gap, time)) || _closed.Any(gap => Covers(gap, time)))
            return;
        if (_foundLate is { } elsewhere && !Covers(elsewhere, time))
        {
            Close(elsewhere);
            _foundLate = null;
        }
        var late = _foundLate is { } before
            ? before with { From = Math.Min(before.From, time), To = Math.Max(before.To!.Value, time), Found = before.Found + 1 }
            : new Gap(GapId.Next(random), "orders", time, time, "told late by sources that were live", GapState.Filled, Found: 1);
        _foundLate = late;
        if (changed is [.., var last] && last.Id == late.Id)
            changed[^1] = _toldLate = late;
        else if (_toldLate?.Id != late.Id || !Covers(_toldLate, time))
            changed.Add(_toldLate = late);
    }

    private static bool Covers(Gap gap, long time) => gap.From - Near <= time && (gap.To is null || time <= gap.To + Near);

    /// <summary>Fills that were seen and could not be kept. A sweep that goes back finds them; without a chain nobody will tell them again.</summary>
    internal void Discarded(long from, long to, string reason, List<Gap> changed)
    {
        var gap = new Gap(GapId.Next(random), "tape", from, to, reason, hasChain ? GapState.Open : GapState.Lost);
        if (!hasChain)
        {
            Close(gap);
            changed.Add(gap);
            return;
        }
        _sweptThrough = Math.Min(_sweptThrough, from - 1);
        Add(gap, changed);
    }

    private void Add(Gap gap, List<Gap> changed)
    {
        _open.Add(gap);
        changed.Add(gap);
    }

    private void Change(int at, Gap gap, List<Gap> changed)
    {
        if (gap.State == GapState.Open)
            _open[at] = gap;
        else
        {
            _open.RemoveAt(at);
            Close(gap);
        }
        changed.Add(gap);
    }

    private void Close(Gap gap)
    {
        _closed.Enqueue(gap);
        if (_closed.Count > MostClosed)
            _closed.Dequeue();
    }
}
