namespace Oddswire.Actors.Feeds;

/// <summary>How far the chain has been looked at, and how far a look may reach. It belongs to the feed: a new connection goes on where the last one was.</summary>
public sealed class SweepCursor
{
    // So many whole looks in a row, and the node may be asked for more again.
    private const int Confidence = 8;

    private int _whole;

    /// <summary>The last block whose logs were all told; null until the tape or the chain's head has said where to begin.</summary>
    public long? Through { get; set; }

    /// <summary>The first block that is of interest: nobody asked for what was before.</summary>
    internal long Floor { get; set; }

    /// <summary>Blocks in one eth_getLogs; null before the first.</summary>
    internal int? Range { get; private set; }

    /// <summary>Blocks that are being looked at. A look that ends with its connection may have been what ended it: an answer too large for the node, or for us.</summary>
    internal int? Looking { get; set; }

    internal void Open(int range)
    {
        Range ??= range;
        if (Looking is { } blocks)
            Halve(blocks);
        Looking = null;
    }

    /// <summary>So many blocks were too many. Often they are far fewer than might have been asked for.</summary>
    internal void Halve(int blocks)
    {
        Range = Math.Max(1, Math.Min(blocks, Range!.Value) / 2);
        _whole = 0;
    }

    internal void LookedAtWhole(int most)
    {
        if (++_whole < Confidence)
            return;
        _whole = 0;
        Range = Math.Min(most, Range!.Value * 2);
    }
}
