using Oddswire.Host.Storage.Sqlite.Packing;
using Oddswire.Host.Storage.Sqlite.Reels;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;

namespace Oddswire.Host.Storage.Sqlite;

// A fill's row of the embedded tape: packed, with what it shares with others of its token told once a reel (docs/adr/0026).
internal static class TapeRow
{
    // By how much the tape has grown.
    public static long Insert(SqliteSession session, ReelNames names, TapeEntry entry)
    {
        Span<byte> packed = stackalloc byte[PackedFill.MostBytes];
        var (name, grown) = names.NumberOf(session, entry.Position!.Value.Offset, entry.Fill);
        var data = PackedFill.Write(entry.Fill, packed);
        session.Statement("insert into tape (offset, epoch, timestamp, late, removed, name, data) values (?, ?, ?, ?, ?, ?, ?)")
            .Bind(1, entry.Position.Value.Offset).Bind(2, entry.Position.Value.Epoch).Bind(3, entry.Fill.Timestamp)
            .Bind(4, entry.Late ? 1 : 0).Bind(5, entry.Kind == EntryKind.Removed ? 1 : 0).Bind(6, name).Bind(7, data).Run();
        return grown + data.Length;
    }

    public static long Update(SqliteSession session, ReelNames names, long offset, Fill fill)
    {
        Span<byte> packed = stackalloc byte[PackedFill.MostBytes];
        var (name, grown) = names.NumberOf(session, offset, fill);
        var data = PackedFill.Write(fill, packed);
        var before = session.Statement("select length(data) from tape where offset = ?").Bind(1, offset).One(static row => row.Int64(0));
        session.Statement("update tape set timestamp = ?2, removed = 0, name = ?3, data = ?4 where offset = ?1")
            .Bind(1, offset).Bind(2, fill.Timestamp).Bind(3, name).Bind(4, data).Run();
        return grown + data.Length - before;
    }
}
