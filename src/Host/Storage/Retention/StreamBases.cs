using System.Collections.Immutable;

namespace Oddswire.Host.Storage.Retention;

// Where each stream of a journal begins: the fold of its checkpoints. The stream of checkpoints is cut too; then its first entry says its own base.
internal sealed class StreamBases
{
    private readonly Dictionary<string, StreamBase> _of = new(StringComparer.Ordinal);

    // Of the newest checkpoint; 0: nothing was ever cut.
    public long Sequence { get; private set; }
    public long Position { get; private set; }
    public long Until { get; private set; }
    public long Forgotten { get; private set; }

    // How many bases the checkpoints hold, superseded ones too: when these are many more than there are, they are stated anew.
    public long Stated { get; private set; }

    public IEnumerable<StreamBase> All => _of.Values;
    public int Count => _of.Count;

    // How many entries are gone.
    public long Removed => Forgotten + _of.Values.Sum(static at => at.Through);

    public StreamBase? Find(string stream) => _of.GetValueOrDefault(stream);

    // Throws InvalidDataException.
    public static async Task<StreamBases> Read(IJournalRows rows)
    {
        var bases = new StreamBases();
        await foreach (var row in rows.ByStream(Checkpoint.Stream)) bases.Add(row.Entry.Sequence, Checkpoint.Of(row.Entry.Payload));
        return bases;
    }

    // All of them once more, in as few checkpoints as hold them. Streams that ended before this time are no longer listed, only counted.
    public ImmutableArray<Checkpoint> Restated(long now, long forgetBefore)
    {
        var (forgotten, kept) = (Forgotten, new List<StreamBase>());
        foreach (var at in _of.Values.OrderBy(static at => at.Stream, StringComparer.Ordinal))
        {
            if (at.Stream == Checkpoint.Stream) continue; // whoever writes them knows better
            if (at.Ended && at.Time < forgetBefore) forgotten += at.Through;
            else kept.Add(at);
        }
        var chunks = kept.Count == 0 ? [[]] : kept.Chunk(Checkpoint.MostBases - 1);
        return [.. chunks.Select(chunk => new Checkpoint(now, Position, Until, 0, forgotten, [.. chunk]))];
    }

    private void Add(long sequence, Checkpoint checkpoint)
    {
        (Sequence, Position, Until, Forgotten) = (sequence, Math.Max(Position, checkpoint.Position), Math.Max(Until, checkpoint.Until), checkpoint.Forgotten);
        Stated += checkpoint.Bases.Length;
        foreach (var at in checkpoint.Bases) _of[at.Stream] = at;
    }
}
