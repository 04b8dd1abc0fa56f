namespace Oddswire.Host.Storage.Proof;

// What is wrong: changed, missing, reordered, truncated or unreadable. No stream: the sequence is a position of the whole journal.
internal sealed record Finding(string Stream, long Sequence, string What)
{
    // It is not the entry that is wrong, but the state that was saved after it.
    public bool InSnapshot { get; init; }
}

// Unkeyed: entries from before there was a key. First: the first thing that is wrong; nothing after it was looked at.
// Cut: how many entries retention has cut off, behind checkpoints that hold. Since: everything younger (unix milliseconds) is there; 0: nothing was cut.
internal sealed record Verdict(long Entries, long Unkeyed, bool Keyed, Finding? First)
{
    public long Cut { get; init; }
    public long Since { get; init; }

    public bool Ok => First is null;
}
