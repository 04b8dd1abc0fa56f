namespace Oddswire.Client.PolymarketUs;

/// <summary>Time in which a socket was not there. Books and balances are told whole again behind it; trades, order and position updates of that time are not.</summary>
public sealed record UsGap(DateTimeOffset From, DateTimeOffset To, string Reason);

/// <summary>The venue refused a request, in its own words; the socket goes on.</summary>
public sealed class UsRefusedException : Exception
{
    public UsRefusedException() { }
    public UsRefusedException(string message) : base(message) { }
    public UsRefusedException(string message, Exception cause) : base(message, cause) { }
}
