namespace Oddswire.Simulator.World;

public enum Side { Buy, Sell }

// An order of one wallet. Its hash stays the same over all the matches that fill parts of it.
public sealed class Order(Word hash, Wallet wallet, OutcomeToken token, Side side, int price, long shares)
{
    public Word Hash { get; } = hash;

    public Wallet Wallet { get; } = wallet;

    public OutcomeToken Token { get; } = token;

    public Side Side { get; } = side;

    // In ten-thousandths of a dollar.
    public int Price { get; } = price;

    public long Remaining { get; internal set; } = shares;
}
