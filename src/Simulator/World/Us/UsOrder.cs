namespace Oddswire.Simulator.World.Us;

public enum UsOrderState { New, PartiallyFilled, Filled, Canceled }

public enum UsExecutionType { New, PartialFill, Fill, Canceled }

// A limit order of the account. Quantities in hundredths of a contract, the price in ten-thousandths of a dollar.
public sealed class UsOrder(string id, UsMarket market, Side side, int price, long quantity, DateTimeOffset createdAt)
{
    public string Id { get; } = id;

    public UsMarket Market { get; } = market;

    public Side Side { get; } = side;

    public int Price { get; } = price;

    public long Quantity { get; } = quantity;

    public long Filled { get; internal set; }

    public long Leaves => State == UsOrderState.Canceled ? 0 : Quantity - Filled;

    public UsOrderState State { get; internal set; }

    public DateTimeOffset CreatedAt { get; } = createdAt;

    // What it would cost to fill what is left of it, or bring.
    public decimal Notional => UsMoney.Of(Price, Leaves);
}

// Something that happened to an order; a fill has a print.
public sealed record UsExecution(string Id, UsOrder Order, UsExecutionType Type, UsPrint? Print, DateTimeOffset At);

internal static class UsMoney
{
    // Dollars, of ten-thousandths times hundredths.
    public static decimal Of(int price, long quantity) => price * (decimal)quantity / 1_000_000m;
}
