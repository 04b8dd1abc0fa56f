namespace Oddswire.Actors.Feeds;

/// <summary>How far the chain has been looked at. It belongs to the feed: a new connection goes on where the last one was.</summary>
public sealed class SweepCursor
{
    /// <summary>The last block whose logs were all told; null until the tape or the chain's head has said where to begin.</summary>
    public long? Through { get; set; }
}
