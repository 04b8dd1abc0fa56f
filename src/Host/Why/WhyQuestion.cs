using System.Globalization;
using Oddswire.Host.Downstream;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Why;

/// <summary>Which fill, by one of its names, and for whom.</summary>
internal sealed record WhyQuestion(TxHash? Tx, int? LogIndex, OrderHash? Order, long? Offset, SubscriptionId? Subscription, WalletId? Wallet)
{
    private static readonly string[] Fills = ["tx", "order", "position"];
    private static readonly string[] Whose = ["subscription", "wallet"];

    internal string Words => Tx is { } tx ? $"transaction {tx}{(LogIndex is { } index ? string.Create(CultureInfo.InvariantCulture, $" log {index}") : "")}"
        : Order is { } order ? $"order {order}" : string.Create(CultureInfo.InvariantCulture, $"offset {Offset}");

    internal static (WhyQuestion? Question, Answer Refusal) Read(Func<string, string> parameter)
    {
        if (Fills.Count(name => parameter(name).Length > 0) != 1)
            return Wrong("tx", "name the fill by one of tx (and log_index), order or position");
        if (Whose.Count(name => parameter(name).Length > 0) != 1)
            return Wrong("subscription", "say for whom: subscription or wallet");
        if (!TryRead<TxHash>(parameter("tx"), out var tx))
            return Wrong("tx", "tx is a transaction hash, 0x and 64 hex digits");
        if (!TryRead<OrderHash>(parameter("order"), out var order))
            return Wrong("order", "order is an order hash, 0x and 64 hex digits");
        if (!TryReadPosition(parameter("position"), out var offset))
            return Wrong("position", "position is one such as 3-41, or its offset");
        if (!TryRead<SubscriptionId>(parameter("subscription"), out var subscription))
            return Wrong("subscription", "subscription is an id such as sub_0123456789");
        if (!TryRead<WalletId>(parameter("wallet"), out var wallet))
            return Wrong("wallet", "wallet is an address, 0x and 40 hex digits");
        int? index = null;
        if (parameter("log_index") is { Length: > 0 } text)
        {
            if (tx is null || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return Wrong("log_index", "log_index is a whole number, and goes with tx");
            index = number;
        }
        return (new(tx, index, order, offset, subscription, wallet), default);
    }

    private static bool TryRead<T>(string text, out T? value) where T : struct, IWireText<T>
    {
        value = null;
        if (text.Length == 0)
            return true;
        if (!WireText.TryParse<T>(text, out var read))
            return false;
        value = read;
        return true;
    }

    private static bool TryReadPosition(string text, out long? offset)
    {
        offset = null;
        if (text.Length == 0)
            return true;
        if (Position.TryParse(text, out var position))
            offset = position.Offset;
        else if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bare))
            offset = bare;
        return offset is not null;
    }

    private static (WhyQuestion?, Answer) Wrong(string field, string message) => (null, Answer.Error(400, "INVALID_FIELD", message, field));
}
