using System.Buffers;
using System.Runtime.InteropServices;
using Oddswire.Messages.Why;

namespace Oddswire.Host.Storage.Sqlite;

// What is told of some fills of a page: a column of where on the page they are, of what each is looked up by, and of their marks (MarkText), each with a
// zero behind. Used again and again.
internal sealed class TracePart
{
    private readonly ArrayBufferWriter<byte> _places = new();
    private readonly ArrayBufferWriter<byte> _transactions = new();
    private readonly ArrayBufferWriter<byte> _orders = new();
    private readonly ArrayBufferWriter<byte> _marks = new();

    public bool IsEmpty => _places.WrittenCount == 0;

    public void Add(ushort place, long tx, long order, FillMarks marks)
    {
        Add(place, tx, order);
        MarkText.Write(marks, _marks);
        _marks.Write("\0"u8);
    }

    public void Add(ushort place, long tx, long order, ReadOnlySpan<byte> marks)
    {
        Add(place, tx, order);
        _marks.Write(marks);
        _marks.Write("\0"u8);
    }

    public void Clear()
    {
        foreach (var column in (ReadOnlySpan<ArrayBufferWriter<byte>>)[_places, _transactions, _orders, _marks]) column.ResetWrittenCount();
    }

    public void Insert(SqliteSession session, long number) =>
        session.Statement("insert into trace_page (number, places, transactions, orders, marks) values (?, ?, ?, ?, ?)")
            .Bind(1, number).Bind(2, _places.WrittenSpan).Bind(3, _transactions.WrittenSpan).Bind(4, _orders.WrittenSpan).Bind(5, _marks.WrittenSpan).Run();

    public static ReadOnlySpan<ushort> Places(ReadOnlySpan<byte> column) => MemoryMarshal.Cast<byte, ushort>(column);

    public static ReadOnlySpan<long> Keys(ReadOnlySpan<byte> column, int places)
    {
        var keys = MemoryMarshal.Cast<byte, long>(column);
        return keys.Length == places ? keys : throw Damaged();
    }

    public static ReadOnlySpan<byte> Marks(ReadOnlySpan<byte> column, int at)
    {
        for (; at > 0; at--) column = column[(End(column) + 1)..];
        return column[..End(column)];
    }

    private static int End(ReadOnlySpan<byte> marks) => marks.IndexOf((byte)0) is >= 0 and var end ? end : throw Damaged();

    private static StoreUnavailableException Damaged() => new("what is stored of a fill's way cannot be read");

    private void Add(ushort place, long tx, long order)
    {
        _places.Write(MemoryMarshal.AsBytes<ushort>([place]));
        _transactions.Write(MemoryMarshal.AsBytes<long>([tx]));
        _orders.Write(MemoryMarshal.AsBytes<long>([order]));
    }
}
