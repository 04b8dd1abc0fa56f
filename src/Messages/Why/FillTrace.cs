using Oddswire.Messages.Values;

namespace Oddswire.Messages.Why;

/// <summary>What is known of a fill beside the fill: by what people look it up, and what happened to it on its way.</summary>
public readonly record struct FillTrace(long Offset, TxHash Tx, OrderHash? Order, FillMarks Marks);
