using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Tape;

/// <summary>
/// A tape that lives as long as its process: for benchmarks against peers that store nothing, for simulations, and for who wants the live
/// stream only. Keeps the newest <paramref name="most"/> fills.
/// </summary>
public sealed class MemoryTape(int most = MemoryTape.Most) : ITape
{
    public const int Most = 1_000_000;

    /// <summary>What a fill takes here, about.</summary>
    public const int BytesEach = 2_000;

    private readonly Lock _gate = new();
    private readonly List<TapeEntry> _entries = [];      // dense: entry i has the offset _first + i
    private long _first = 1;
    private long _epoch;
    private long? _sweptBlock;
    private long? _sweptTime;

    public ValueTask<TapeHead> Open()
    {
        lock (_gate)
            return new(new TapeHead(_epoch, _first, End, _sweptBlock, _sweptTime));
    }

    public ValueTask<long> Commit(TapeCommit commit)
    {
        lock (_gate)
        {
            commit.Check(_epoch, End);
            _epoch = commit.Epoch ?? _epoch;
            foreach (var entry in commit.Appended)
            {
                if (entry.Position!.Value.Offset > End)
                    _entries.Add(entry);
            }
            foreach (var entry in commit.Confirmed)
                Replace(entry.Position!.Value.Offset, old => entry with { Kind = EntryKind.Fill, Late = old.Late, Position = old.Position });
            foreach (var offset in commit.Removed)
                Replace(offset, static old => old with { Kind = EntryKind.Removed });
            (_sweptBlock, _sweptTime) = (commit.SweptBlock ?? _sweptBlock, commit.SweptTime ?? _sweptTime);
            if (_entries.Count > most + (most / 10))
            {
                var drop = _entries.Count - most;
                _entries.RemoveRange(0, drop);
                _first += drop;
            }
            return new(_first);
        }
    }

    public ValueTask<TapePage> Read(long after, OrderFilter filter, int most)
    {
        lock (_gate)
        {
            var found = ImmutableArray.CreateBuilder<TapeEntry>();
            var start = (int)Math.Clamp(after - (_first - 1), 0, _entries.Count);
            var at = start;
            for (; at < _entries.Count && at < start + ITape.MostLookedAt && found.Count < most; at++)
            {
                if (_entries[at].Kind == EntryKind.Fill && filter.Matches(_entries[at].Fill))
                    found.Add(_entries[at]);
            }
            return new(new TapePage(found.DrainToImmutable(), Math.Max(after, _first + at - 1), _first));
        }
    }

    public ValueTask<ImmutableArray<TapeEntry>> At(ImmutableArray<long> offsets)
    {
        lock (_gate)
            return new([.. offsets.Distinct().Order().Where(offset => offset >= _first && offset <= End).Select(offset => _entries[(int)(offset - _first)])]);
    }

    public ValueTask<ImmutableArray<TapeEntry>> Newest(int most)
    {
        lock (_gate)
            return new([.. _entries.Skip(Math.Max(0, _entries.Count - most))]);
    }

    public ValueTask<OrderPage> Query(OrderQuery query)
    {
        lock (_gate)
        {
            var rows = _entries
                .Where(entry => entry.Kind == EntryKind.Fill && Matches(query, entry.Fill))
                .OrderByDescending(static entry => entry.Fill.Timestamp).ThenByDescending(static entry => entry.Position!.Value.Offset)
                .ToList();
            var from = query.After is { } after
                ? rows.FindIndex(entry => (entry.Fill.Timestamp, entry.Position!.Value.Offset).CompareTo((after.Timestamp, after.Offset)) < 0)
                : query.Offset;
            if (from < 0)
                from = rows.Count;
            return new(new OrderPage([.. rows.Skip(from).Take(query.Limit)], rows.Count, rows.Count - from > query.Limit));
        }
    }

    private long End => _first + _entries.Count - 1;

    private void Replace(long offset, Func<TapeEntry, TapeEntry> change)
    {
        var at = (int)(offset - _first);
        if (at >= 0 && at < _entries.Count)
            _entries[at] = change(_entries[at]);
    }

    private static bool Matches(OrderQuery query, Fill fill) =>
        (query.User is not { } user || fill.User == user)
        && (query.Slug is not { } slug || fill.Market.Slug == slug)
        && (query.Condition is not { } condition || fill.Market.Condition == condition)
        && (query.Token is not { } token || fill.Token == token)
        && !(fill.Timestamp < query.From) && !(fill.Timestamp > query.To);
}
