using System.Runtime.InteropServices;

namespace Oddswire.Host.Storage.Sqlite.Reels;

// Closes reels: who is where on one, list by list. Its room is used again for the next, or the collector would have megabytes of it a reel.
internal sealed class ReelWinder
{
    private readonly Dictionary<ReelKey, (int Last, int Count)> _lists = [];
    private readonly List<(int At, int Before)> _links = [];
    private readonly ReelKeys _keys = new();
    private readonly Place[] _places = new Place[Reel.Size];
    private readonly byte[] _bytes = new byte[Reel.Size * Place.Bytes];
    private readonly MemoryStream[] _pages = [.. Enumerable.Range(0, ReelPage.Count).Select(static _ => new MemoryStream())];

    // The first reel of what is open.
    public void Close(SqliteSession session, OpenReel open)
    {
        var number = Reel.Of(open.First);
        var (earliest, latest) = Chain(open);
        session.Statement("insert into reel (number, earliest, latest) values (?, ?, ?)").Bind(1, number).Bind(2, earliest).Bind(3, latest).Run();
        foreach (var page in _pages) page.SetLength(0);
        foreach (var (key, (last, count)) in _lists) ReelPage.Append(_pages[ReelPage.Of(key)], key, Places(open, last, count));
        for (var page = 0; page < _pages.Length; page++) ClosedReels.Put(session, (number * ReelPage.Count) + page, _pages[page]);
    }

    // Each place knows the one before it of its list, so that nothing has to be sorted but the times of a list.
    private (long Earliest, long Latest) Chain(OpenReel open)
    {
        _lists.Clear();
        _links.Clear();
        _keys.Clear();
        var (earliest, latest) = (long.MaxValue, long.MinValue);
        for (var at = 0; at < Reel.Size; at++)
        {
            ref readonly var row = ref open[at];
            if (!row.IsThere) continue;
            (earliest, latest) = (Math.Min(earliest, row.Timestamp), Math.Max(latest, row.Timestamp));
            foreach (var key in _keys.Of(row))
            {
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_lists, key, out var known);
                _links.Add((at, known ? list.Last : -1));
                list = (_links.Count - 1, list.Count + 1);
            }
        }
        return (earliest, latest);
    }

    private ReadOnlySpan<byte> Places(OpenReel open, int last, int count)
    {
        var link = last;
        for (var i = count - 1; i >= 0; i--)
        {
            var (at, before) = _links[link];
            _places[i] = new(open[at].Timestamp, at);
            link = before;
        }
        _places.AsSpan(0, count).Sort();
        for (var i = 0; i < count; i++) _places[i].Write(_bytes.AsSpan(i * Place.Bytes));
        return _bytes.AsSpan(0, count * Place.Bytes);
    }
}
