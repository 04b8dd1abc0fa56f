using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Oddswire.Actors.Ports;
using Oddswire.Host.Storage.Sqlite.Packing;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Host.Storage.Sqlite;

// Rows of the embedded tape as they are read back, in one look at the store. Its fills share the names of their markets.
internal sealed class TapeRows(SqliteSession session)
{
    public const string Columns = "offset, epoch, late, removed, timestamp, data, name";

    private readonly Dictionary<long, (TokenId Token, MarketText Market)?> _names = [];
    private readonly ArrayBufferWriter<byte> _json = new();

    public TapeEntry Of(SqliteDataReader row)
    {
        var (offset, data) = (row.GetInt64(0), row.GetFieldValue<byte[]>(5));
        var isPacked = !row.IsDBNull(6); // by an older schema it was written as JSON
        var fill = isPacked ? Unpacked(data, row.GetInt64(4), row.GetInt64(6)) : DomeDataCodec.Decode(data);
        if (fill is null) throw new TapeUnavailableException($"the fill at offset {offset} cannot be read: restore the store from a backup");
        return new(
            row.GetInt64(3) == 0 ? EntryKind.Fill : EntryKind.Removed, new Position(row.GetInt64(1), offset), fill, row.GetInt64(2) != 0,
            isPacked ? JsonOf(fill) : data);
    }

    private Fill? Unpacked(byte[] data, long timestamp, long number)
    {
        ref var common = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, number, out var isKnown);
        if (!isKnown)
        {
            var name = session.Statement("select data from reel_name where number = ?").Bind(1, number).First(static row => PackedName.Read(row.Blob(0)), null);
            common = name is { } read ? (read.Token, read.Market) : null;
        }
        return common is { } known ? PackedFill.Read(data, timestamp, known.Token, known.Market) : null;
    }

    private byte[] JsonOf(Fill fill)
    {
        _json.ResetWrittenCount();
        DomeEventCodec.EncodeData(fill, _json);
        return _json.WrittenSpan.ToArray();
    }
}
