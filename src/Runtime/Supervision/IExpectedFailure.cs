namespace Oddswire.Runtime.Supervision;

/// <summary>
/// An exception with which an actor of a healthy system fails and is restarted, such as a lost connection. While <see cref="IsExpected"/> it
/// is a line of information, and the message that brought it is no dead letter.
/// </summary>
public interface IExpectedFailure
{
    bool IsExpected { get; }
}
