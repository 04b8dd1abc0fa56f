namespace Oddswire.Runtime.Patterns;

/// <summary>
/// A message that is no loss to whoever has stopped meanwhile: a beat, news for a client that has just left. As a dead letter it is counted and observed like any other, and
/// no news for the log.
/// </summary>
public interface IDeadLetterSuppression;
