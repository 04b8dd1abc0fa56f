using System.Security.Cryptography;
using System.Text;
using Oddswire.Host.Storage.Proof;

namespace Oddswire.Host.Storage.Transfer;

// Everything that a store keeps, as lines of text, of one moment: the journal in the order of its commits first.
internal sealed class StoreExport(TextWriter to) : IDisposable
{
    private const int CharactersAtATime = 64 * 1024; // standard output is flushed with every write

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly StringBuilder _waiting = new();
    private long _lines;

    public async Task Run(StoredJournal store, CancellationToken cancel)
    {
        var at = 0L;
        for (var page = await store.Rows.Page(at); !page.IsEmpty; page = await store.Rows.Page(at))
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var row in page) await Write(new StoreLine.Event(row));
            at = page[^1].Position;
        }
        await foreach (var line in store.Rest().WithCancellation(cancel)) await Write(line);
        await Write(new StoreLine.End(_lines, Convert.ToHexStringLower(_hash.GetHashAndReset())));
        await to.WriteAsync(_waiting, cancel);
    }

    private async Task Write(StoreLine line)
    {
        var bytes = StoreLineCodec.Write(line);
        _hash.AppendData(bytes.Span);
        _hash.AppendData("\n"u8);
        _lines++;
        _waiting.Append(Encoding.UTF8.GetString(bytes.Span)).Append('\n');
        if (_waiting.Length < CharactersAtATime) return;
        await to.WriteAsync(_waiting);
        _waiting.Clear();
    }

    public void Dispose() => _hash.Dispose();
}
