using System.Security.Cryptography;
using System.Text;
using Oddswire.Host.Storage.Proof;

namespace Oddswire.Host.Storage.Transfer;

// How much came in; what the proof of its chains says. Without a proof that holds nothing was kept.
internal sealed record ImportTally(long Entries, long Snapshots, long Fills, Verdict Verdict);

// Reads what an export wrote. The chains are proven before anything is kept, as `journal verify` does; an export that has no end, or another
// one than its lines, is refused.
internal sealed class StoreImport(IStoreImport into, JournalSeal seal) : IDisposable
{
    private const int LinesAtATime = 500;
    private const int LinesBetweenReports = 50_000;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<StoreLine> _waiting = [];
    private long _lines;
    private long _entries;
    private long _snapshots;
    private long _fills;

    // Throws InvalidDataException, with the line.
    public async Task<ImportTally> Run(TextReader from, Action<long> report, CancellationToken cancel)
    {
        StoreLine.End? end = null;
        while (await from.ReadLineAsync(cancel) is { } text)
        {
            if (end is not null) throw new InvalidDataException($"line {_lines + 2}: behind the end of the export");
            var line = Read(text);
            end = line as StoreLine.End;
            if (end is not null) continue;
            _hash.AppendData(Encoding.UTF8.GetBytes(text));
            _hash.AppendData("\n"u8);
            _lines++;
            Count(line);
            _waiting.Add(line);
            if (_waiting.Count == LinesAtATime) await Add();
            if (_lines % LinesBetweenReports == 0) report(_lines);
        }
        await Add();
        if (end is null) throw new InvalidDataException("the export has no end: it was cut off, and nothing was imported");
        if (end.Lines != _lines || end.Hash != Convert.ToHexStringLower(_hash.GetHashAndReset()))
            throw new InvalidDataException($"the export was changed or damaged: its end tells of {end.Lines} other lines, and nothing was imported");
        var verdict = await new StreamProof(into.Rows, seal, new KnownHeads()).Run();
        if (verdict.Ok) await into.Commit();
        return new(_entries, _snapshots, _fills, verdict);
    }

    public void Dispose() => _hash.Dispose();

    private StoreLine Read(string text)
    {
        try { return StoreLineCodec.Read(text); }
        catch (InvalidDataException e) { throw new InvalidDataException($"line {_lines + 1}: {e.Message}", e); }
    }

    private void Count(StoreLine line)
    {
        if (line is StoreLine.Event) _entries++;
        else if (line is StoreLine.Snapshot) _snapshots++;
        else if (line is StoreLine.Fill) _fills++;
    }

    private async Task Add()
    {
        await into.Add(_waiting);
        _waiting.Clear();
    }
}
