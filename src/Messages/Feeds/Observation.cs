using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Feeds;

/// <summary>One upstream connection: the feed's name and the number of the connection below it.</summary>
public readonly record struct SourceId(string Feed, int Connection)
{
    public override string ToString() => $"{Feed}/{Connection}";
}

/// <summary>
/// What a source can vouch for. A chain source knows every log; a witness sees most fills first, and misses some; a follower tells of what
/// somebody here follows, and of nothing else: it covers no time for the rest.
/// </summary>
public enum SourceKind { Chain, Witness, Follower }

/// <summary>What one frame of a source says about fills.</summary>
public abstract record Observation
{
    /// <summary>An OrderFilled log: block, log index, order and taker are known.</summary>
    /// <param name="BlockHash">Which block of that number, where the source tells: after a reorg there are two.</param>
    public sealed record Log(Fill Fill, Bytes32? BlockHash = null) : Observation
    {
        /// <summary>The fill in the form that clients get, where it came in that very form; empty: it is to be encoded. Nobody writes to this memory.</summary>
        public ReadOnlyMemory<byte> Data { get; init; }

        /// <summary>Who tells the same says the same, in whatever form.</summary>
        public bool Equals(Log? other) => other is not null && Fill == other.Fill && BlockHash == other.BlockHash;

        public override int GetHashCode() => HashCode.Combine(Fill, BlockHash);
    }

    /// <summary>The chain took the log of this block back. Mined again, it may have the same index in another block.</summary>
    public sealed record LogRemoved(TxHash Tx, int LogIndex, long Block, Bytes32? BlockHash = null) : Observation;

    /// <summary>A row that names no log. A topic repeats what another topic of the same connection says, so topics are counted apart.</summary>
    public sealed record Row(Fill Fill, string Topic) : Observation;
}
