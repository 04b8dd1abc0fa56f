using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Oddswire.Runtime;

namespace Oddswire.Messages.Tape;

/// <summary>To the one actor that merges the sources, numbers fills and publishes them.</summary>
public abstract record TapeMessage
{
    public sealed record Observed(SourceId Source, ImmutableArray<Observation> What) : TapeMessage;

    /// <summary>The source delivers. <paramref name="Chain"/>: where a chain source takes questions about the chain.</summary>
    public sealed record SourceUp(SourceId Source, SourceKind Kind, ActorRef<ChainQuestion>? Chain) : TapeMessage;

    /// <summary>The source is lost or silent since <paramref name="Since"/>, the last time it was heard (unix milliseconds).</summary>
    public sealed record SourceDown(SourceId Source, long Since, string Reason) : TapeMessage;

    /// <summary>Every log of these blocks has been looked at and told before this message.</summary>
    public sealed record Swept(SourceId Source, long From, long Through, long Time) : TapeMessage;

    /// <summary>What the catalog knows now of tokens that were asked for; a token that it does not know has empty text.</summary>
    public sealed record Described(ImmutableArray<KeyValuePair<TokenId, MarketText>> Tokens) : TapeMessage;

    /// <summary>All hubs of one directory have looked at their part of a batch, and this is what each of them found. It is good until the next batch is published.</summary>
    public sealed record Passed(long Batch, ImmutableArray<ReadOnlyMemory<Found>> Found) : TapeMessage;

    public sealed record GetHead(ActorRef<TapeHead> ReplyTo) : TapeMessage;

    /// <summary>What was told of a transaction and is not on the tape.</summary>
    public sealed record GetPending(TxHash Tx, ActorRef<ImmutableArray<PendingFill>> ReplyTo) : TapeMessage;
}
