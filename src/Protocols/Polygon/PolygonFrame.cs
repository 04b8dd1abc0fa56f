namespace Oddswire.Protocols.Polygon;

/// <summary>What a Polygon node sends. An answer carries the number of its request; what shape it has tells the rest.</summary>
public abstract record PolygonFrame
{
    private PolygonFrame() { }

    /// <summary>Logs of a live subscription (eth_subscription).</summary>
    public sealed record Pushed(string Subscription, LogBatch Batch) : PolygonFrame;

    /// <summary>eth_getLogs.</summary>
    public sealed record Logs(long Id, LogBatch Batch) : PolygonFrame;

    /// <summary>eth_getTransactionReceipt: the logs of all contracts, so look at each fill's exchange.</summary>
    public sealed record Receipt(long Id, bool Succeeded, LogBatch Batch) : PolygonFrame;

    /// <summary>eth_getBlockByNumber. The time is in Unix seconds.</summary>
    public sealed record Header(long Id, long Block, long Timestamp) : PolygonFrame;

    /// <summary>A text: the id of a new subscription, or a number (eth_blockNumber).</summary>
    public sealed record Text(long Id, string Value) : PolygonFrame
    {
        public long? Number => Messages.Values.WireText.TryParse<HexQuantity>(Value, out var quantity) ? quantity.Value : null;
    }

    /// <summary>eth_unsubscribe.</summary>
    public sealed record Flag(long Id, bool Value) : PolygonFrame;

    /// <summary>The node does not have it (yet): a lagging node behind a load balancer, or a transaction still pending.</summary>
    public sealed record Nothing(long Id) : PolygonFrame;

    public sealed record Error(long? Id, long Code, string Message) : PolygonFrame
    {
        public RpcFailure Failure { get; } = Classify(Code, Message);

        private static RpcFailure Classify(long code, string message)
        {
            bool Says(string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
            if (Says("invalid block range")) return RpcFailure.NodeBehind;
            if (Says("too many requests") || Says("rate limit") || code == 429) return RpcFailure.RateLimited;
            if (Says("more than 10000") || Says("block range") || Says("range is too") || Says("response size") || code == -32005) return RpcFailure.RangeTooLarge;
            return RpcFailure.Other;
        }
    }

    public sealed record Malformed(string Reason) : PolygonFrame;
}

public enum RpcFailure
{
    Other,

    /// <summary>"invalid block range params": this node has not seen the newest block of the range. Ask again.</summary>
    NodeBehind,

    /// <summary>Ask for fewer blocks.</summary>
    RangeTooLarge,
    RateLimited,
}
