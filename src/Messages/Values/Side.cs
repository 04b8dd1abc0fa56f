namespace Oddswire.Messages.Values;

/// <summary>From the view of the fill's user.</summary>
public enum Side : byte
{
    Buy,
    Sell,
}
