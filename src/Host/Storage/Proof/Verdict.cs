namespace Oddswire.Host.Storage.Proof;

// What is wrong: changed, missing, reordered, truncated or unreadable. No stream: the sequence is a position of the whole journal.
internal sealed record Finding(string Stream, long Sequence, string What);

// Unkeyed: entries from before there was a key. First: the first thing that is wrong; nothing after it was looked at.
internal sealed record Verdict(long Entries, long Unkeyed, bool Keyed, Finding? First)
{
    public bool Ok => First is null;
}
