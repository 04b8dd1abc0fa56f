using Oddswire.Messages.Values;

namespace Oddswire.Messages.Feeds;

/// <summary>What the tape asks of a chain source.</summary>
public abstract record ChainQuestion
{
    /// <summary>Look this transaction up at once: a witness has told of it and its logs have not come.</summary>
    public sealed record Logs(TxHash Tx) : ChainQuestion;

    /// <summary>Sweep from behind this block on, whatever was swept before: what was told of it could not be kept.</summary>
    public sealed record SweepAfter(long Block) : ChainQuestion;
}
