using Oddswire.Messages.Values;

namespace Oddswire.Messages.Why;

/// <summary>
/// How far a connection was with a subscription: between two moments it was written every fill of that subscription from
/// <paramref name="First"/> through <paramref name="Last"/>. Only who has moved is sampled.
/// </summary>
/// <param name="Session">The connection's number, counted from the start of the process.</param>
/// <param name="Since">Unix milliseconds: of the sample before, and <paramref name="Until"/> of this one.</param>
/// <param name="Unread">Bytes that the client had not taken then.</param>
public sealed record PositionSample(SubscriptionId Subscription, string Session, long Since, long Until, long First, long Last, long Unread)
{
    public bool Covers(long offset) => offset >= First && offset <= Last;
}
