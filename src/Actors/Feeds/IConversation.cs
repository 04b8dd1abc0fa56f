using Oddswire.Messages.Feeds;

namespace Oddswire.Actors.Feeds;

/// <summary>
/// What one connection says and understands in its venue's protocol. It is told what happens and answers into <see cref="Talk"/>;
/// it has no socket and no clock, and lasts as long as its connection.
/// </summary>
public interface IConversation
{
    /// <summary>How often <see cref="Tick"/> is called.</summary>
    TimeSpan TickEvery { get; }

    /// <param name="wanted">What is followed now; empty for feeds that are not asked by interest.</param>
    void Opened(IReadOnlyCollection<Interest> wanted, Talk talk);

    void Heard(ReadOnlyMemory<byte> frame, Talk talk);

    void Tick(Talk talk);

    /// <summary>For chain sources; others ignore it.</summary>
    void Ask(ChainQuestion question, Talk talk) { }

    /// <summary>For feeds that deliver what is asked for; others ignore it.</summary>
    void Want(InterestChange change, Talk talk) { }

    /// <summary>The venue has closed because nothing is left to be told: no failure, and no reason to dial again.</summary>
    bool IsOver(int? code, string reason) => false;

    /// <summary>The venue has closed because of what we say: saying it again would change nothing.</summary>
    bool IsRefusal(int? code, string reason) => false;
}
