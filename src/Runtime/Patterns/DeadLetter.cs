namespace Oddswire.Runtime.Patterns;

/// <summary>A message that was not handled: to whom, what, why (stopped, killed, failed, mailbox full, late reply, unhandled).</summary>
public sealed record DeadLetter(ActorRef To, object? Message, string Reason, Exception? Cause = null);
