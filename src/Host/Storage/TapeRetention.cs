namespace Oddswire.Host.Storage;

// When a tape deletes, and how much: what is older than keep or beyond the size goes, whichever comes first. Little by little with the commits,
// so that no fill waits for it, and always more than has been added meanwhile, so that it gets there at any rate.
internal sealed class TapeRetention(TimeSpan keep, long maxBytes, TimeProvider time)
{
    private const int CommitsBetween = 64;
    private const int LeastRows = 512;

    private int _added;
    private bool _moreToDelete;

    // Unix seconds: older fills are not kept.
    public long Cut => (time.GetUtcNow() - keep).ToUnixTimeSeconds();

    // How many rows may be deleted with this commit; 0 most of the time.
    public int Rows(int appended)
    {
        _added += 1 + appended;
        if (_added < CommitsBetween && !_moreToDelete) return 0;
        var rows = Math.Max(LeastRows, 2 * _added);
        _added = 0;
        return rows;
    }

    // Of how many rows the tape is too large; a row takes so much beside its data.
    public long RowsBeyondSize(long rows, long dataBytes, long besideData)
    {
        var over = dataBytes + (rows * besideData) - maxBytes;
        return over <= 0 || rows == 0 ? 0 : Math.Min(rows, 1 + (over / (besideData + (dataBytes / rows))));
    }

    public void Deleted(long rows, int allowed) => _moreToDelete = rows >= allowed;
}
