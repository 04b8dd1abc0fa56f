using System.Data.Common;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Host.Storage.Postgres;

// A row of the tape as it is read back. The data is the truth, and what clients get; the columns beside it are for the indexes.
internal static class StoredEntry
{
    public const string Columns = "\"offset\", epoch, late, removed, data";

    public static TapeEntry Of(DbDataReader row, int first = 0)
    {
        var offset = row.GetInt64(first);
        var data = row.GetFieldValue<byte[]>(first + 4);
        var fill = DomeDataCodec.Decode(data) ?? throw new TapeUnavailableException($"the fill at offset {offset} cannot be read: restore the store from a backup");
        return new TapeEntry(
            row.GetInt64(first + 3) == 0 ? EntryKind.Fill : EntryKind.Removed, new Position(row.GetInt64(first + 1), offset), fill, row.GetInt64(first + 2) != 0, data);
    }
}
