using Oddswire.Host.Storage.Sqlite.Packing;
using Oddswire.Messages.Orders;

namespace Oddswire.Host.Storage.Sqlite.Reels;

// The names that a reel has told already, by the number under which its fills refer to them. The writer's, and good for as long as its
// commits succeed: what one that was rolled back has told is not there.
internal sealed class ReelNames
{
    // Far more than a reel has fills, even if all of them are named anew.
    private const int NumbersOfReel = 1 << 20;
    private const int MostReels = 2; // the one that is filled, and the one before, of which the chain still confirms fills

    private readonly SortedList<long, Dictionary<PackedName, long>> _reels = [];

    // By how much the tape has grown with it.
    public (long Number, int Bytes) NumberOf(SqliteSession session, long offset, Fill fill)
    {
        var reel = Reel.Of(offset);
        if (!_reels.TryGetValue(reel, out var names)) names = Load(session, reel);
        var name = PackedName.Of(fill);
        if (names.TryGetValue(name, out var number)) return (number, 0);
        number = (reel * NumbersOfReel) + names.Count;
        var packed = name.Write();
        session.Statement("insert into reel_name (number, data) values (?, ?)").Bind(1, number).Bind(2, packed).Run();
        names.Add(name, number);
        return (number, packed.Length);
    }

    // Of reels of which nothing is kept: how many bytes that were.
    public static long Drop(SqliteSession session, long oldest)
    {
        var end = Reel.Of(oldest) * NumbersOfReel;
        var bytes = session.Statement("select coalesce(sum(length(data)), 0) from reel_name where number < ?").Bind(1, end).One(static row => row.Int64(0));
        if (bytes > 0) session.Statement("delete from reel_name where number < ?").Bind(1, end).Run();
        return bytes;
    }

    private Dictionary<PackedName, long> Load(SqliteSession session, long reel)
    {
        var names = new Dictionary<PackedName, long>();
        var rows = session.Statement("select number, data from reel_name where number >= ? and number < ? order by number")
            .Bind(1, reel * NumbersOfReel).Bind(2, (reel + 1) * NumbersOfReel).All(static row => (Number: row.Int64(0), Name: PackedName.Read(row.Blob(1))));
        foreach (var (number, name) in rows)
            names.Add(name ?? throw new StoreUnavailableException($"a market's name on reel {reel} cannot be read: restore the store from a backup"), number);
        _reels.Add(reel, names);
        if (_reels.Count > MostReels) _reels.RemoveAt(_reels.Keys[0] == reel ? 1 : 0);
        return names;
    }
}
