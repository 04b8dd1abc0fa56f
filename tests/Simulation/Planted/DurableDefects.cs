using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Actors.Ledger;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Subscriptions;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Simulation.Planted;

/// <summary>What a client may have had already comes as if it were new.</summary>
internal sealed class ReplayedUnmarked : Plant
{
    internal override IClientConnection Link(IClientConnection link) => new Unmarked(link);

    private sealed class Unmarked(IClientConnection link) : IClientConnection
    {
        private static ReadOnlySpan<byte> Mark => ",\"replayed\":true"u8;

        public void Text(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail)
        {
            var at = tail.IndexOf(Mark);
            link.Text(head, body, at < 0 ? tail : (byte[])[.. tail[..at], .. tail[(at + Mark.Length)..]]);
        }

        public long Flush() => link.Flush();
        public void Ping() => link.Ping();
        public void Close(int code, string reason) => link.Close(code, reason);
        public void Abort() => link.Abort();
    }
}

/// <summary>A journal into which something else gets than was meant: for defects of what is kept.</summary>
internal abstract class OtherJournal(IJournal journal) : IJournal
{
    public ValueTask<ImmutableArray<string>> Append(ImmutableArray<Entry> batch) => journal.Append([.. batch.Select(Change)]);
    public IAsyncEnumerable<Entry> Read(string persistenceId, long after) => journal.Read(persistenceId, after);
    public IAsyncEnumerable<(Entry Entry, bool IsSnapshot)> ReadAll(string prefix) => journal.ReadAll(prefix);
    public ValueTask<Entry?> LoadSnapshot(string persistenceId) => journal.LoadSnapshot(persistenceId);
    public ValueTask SaveSnapshot(Entry snapshot) => journal.SaveSnapshot(snapshot);

    protected abstract Entry Change(Entry entry);

    protected static Entry With<TEvent, TState>(Entry entry, IEventCodec<TEvent, TState> codec, TEvent e)
    {
        var payload = new ArrayBufferWriter<byte>();
        codec.WriteEvent(e, payload);
        return entry with { Payload = payload.WrittenMemory };
    }
}

/// <summary>A changed filter is journaled with another offset than that from which it held.</summary>
internal sealed class FilterHoldsTooEarly : Plant
{
    internal override IJournal Journal(IJournal journal) => new Early(journal);

    private sealed class Early(IJournal journal) : OtherJournal(journal)
    {
        private readonly DurableCodec _codec = new();

        protected override Entry Change(Entry entry) =>
            entry.PersistenceId.StartsWith("sub_", StringComparison.Ordinal) && _codec.ReadEvent(entry.Payload.Span) is DurableEvent.Refiltered refiltered
                ? With(entry, _codec, refiltered with { At = Math.Max(0, refiltered.At - 40) })
                : entry;
    }
}

/// <summary>What came late though sources were live is told late, and no gap says so.</summary>
internal sealed class LateInSilence : Plant
{
    internal override IJournal Journal(IJournal journal) => new Silent(journal);

    private sealed class Silent(IJournal journal) : OtherJournal(journal)
    {
        private readonly LedgerCodec _codec = new();

        protected override Entry Change(Entry entry) =>
            entry.PersistenceId == LedgerActor.Stream && _codec.ReadEvent(entry.Payload.Span) is LedgerEvent.GapChanged { Gap: { Reason: "told late by sources that were live" } gap } told
                ? With(entry, _codec, new LedgerEvent.Fact(told.Time, gap.Source, "quiet", ""))
                : entry;
    }
}
