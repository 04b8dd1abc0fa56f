using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Feeds;

/// <summary>
/// What one connection says and understands in its venue's protocol. It is told what happens and answers into <see cref="Talk"/>;
/// it has no socket and no clock, and lasts as long as its connection.
/// </summary>
public interface IConversation
{
    /// <summary>How often <see cref="Tick"/> is called.</summary>
    TimeSpan TickEvery { get; }

    void Opened(Talk talk);

    void Heard(ReadOnlyMemory<byte> frame, Talk talk);

    void Tick(Talk talk);

    /// <summary>For chain sources; others ignore it.</summary>
    void Ask(ChainQuestion question, Talk talk) { }

    /// <summary>For feeds that deliver by wallet; others ignore it.</summary>
    void Want(System.Collections.Immutable.ImmutableArray<WalletId> wallets, Talk talk) { }
}
