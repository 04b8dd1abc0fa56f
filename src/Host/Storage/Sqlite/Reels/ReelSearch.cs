using Oddswire.Actors.Ports;

namespace Oddswire.Host.Storage.Sqlite.Reels;

// One question to the history, in one moment of the store: how many fills there are, from the lengths of lists where those lie within its time,
// and which ones are on a page of it, newest first. Reels are opened as the page gets to them.
internal sealed class ReelSearch(SqliteSession session, OrderQuery query, OpenReel open, long oldest)
{
    private static readonly Comparer<(long Timestamp, long Offset)> NewestFirst = Comparer<(long Timestamp, long Offset)>.Create(static (a, b) => b.CompareTo(a));

    private readonly ReelKey[] _keys = ReelKey.Of(query);
    private readonly List<(long Latest, long Number)> _reels = []; // with something in them, and not behind the page
    private long _total;

    // One offset more than a page has, if there is more.
    public (List<long> Offsets, long Total) Run()
    {
        var young = open.Find(query, oldest);
        _total = young.Count;
        CountClosed();
        var page = new List<long>();
        var skip = query.After is null ? query.Offset : 0;
        if (skip >= _total) return (page, _total);

        var heads = new PriorityQueue<(long First, List<Place> Places, int At), (long Timestamp, long Offset)>(NewestFirst);
        Open(open.First, young);
        for (var next = 0; page.Count <= query.Limit;)
        {
            while (next < _reels.Count && !(heads.TryPeek(out _, out var newest) && newest.Timestamp > _reels[next].Latest))
            {
                var number = _reels[next++].Number;
                Open(Reel.First(number), Matches(number));
            }
            if (!heads.TryDequeue(out var head, out var place)) break;
            if (skip > 0) skip--;
            else page.Add(place.Offset);
            Enter(head.First, head.Places, head.At - 1);
        }
        return (page, _total);

        void Open(long first, List<Place> places)
        {
            var at = places.Count - 1;
            while (at >= 0 && query.After is { } after && (places[at].Timestamp, first + places[at].At).CompareTo((after.Timestamp, after.Offset)) >= 0) at--;
            Enter(first, places, at);
        }

        void Enter(long first, List<Place> places, int at)
        {
            if (at >= 0) heads.Enqueue((first, places, at), (places[at].Timestamp, first + places[at].At));
        }
    }

    private void CountClosed()
    {
        var select = session.Statement("select number, earliest, latest from reel where number >= ?1 and latest >= ?2 and earliest <= ?3")
            .Bind(1, Reel.Of(oldest)).Bind(2, query.From ?? long.MinValue).Bind(3, query.To ?? long.MaxValue);
        var reels = select.All(static row => (Number: row.Int64(0), Earliest: row.Int64(1), Latest: row.Int64(2)));
        foreach (var (number, earliest, latest) in reels)
        {
            var isWhole = _keys.Length == 1 && Reel.First(number) >= oldest && !(earliest < query.From) && !(latest > query.To);
            var count = isWhole ? ClosedReels.Count(session, number, _keys[0]) : Matches(number).Count;
            _total += count;
            if (count > 0 && !(query.After is { } after && earliest > after.Timestamp)) _reels.Add((latest, number));
        }
        _reels.Sort(static (a, b) => b.CompareTo(a));
    }

    private List<Place> Matches(long number)
    {
        var found = new List<Place>();
        var lists = Array.ConvertAll(_keys, key => ClosedReels.List(session, number, key));
        var shortest = lists.MinBy(static list => list.Length)!;
        for (var i = 0; i < shortest.Length / Place.Bytes; i++)
        {
            var place = Place.Read(shortest, i);
            if (place.Timestamp < query.From || place.Timestamp > query.To || Reel.First(number) + place.At < oldest) continue;
            if (Array.TrueForAll(lists, list => list == shortest || Place.Find(list, place) >= 0)) found.Add(place);
        }
        return found;
    }
}
