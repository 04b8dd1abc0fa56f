using System.Buffers;
using Oddswire.Messages.Feeds;
using Oddswire.Protocols.Clob;

namespace Oddswire.Actors.Feeds;

/// <summary>
/// The user channel of Polymarket's CLOB, for one account and all its markets. Nothing says that the credentials were good, and an account may
/// be quiet for days: what shows that the venue listens is its PONG.
/// </summary>
public sealed class ClobUserConversation(ClobCredentials credentials, TimeSpan ping) : IConversation
{
    private static readonly ReadOnlyMemory<byte> Ping = ClobCommandCodec.Ping.ToArray();

    private bool _wasHeard;

    public TimeSpan TickEvery => ping;

    public void Opened(IReadOnlyCollection<Interest> wanted, Talk talk)
    {
        var frame = new ArrayBufferWriter<byte>();
        ClobCommandCodec.EncodeUserOpen(credentials, [], frame);
        talk.Send(frame.WrittenMemory);
        // Behind the credentials, never before them: a PING is no opening.
        talk.Send(Ping);
    }

    public void Heard(ReadOnlyMemory<byte> frame, Talk talk)
    {
        if (frame.Span.SequenceEqual("PONG"u8))
        {
            Lives(talk);
            return;
        }
        if (ClobUserFrames.Read(frame) is not { } events)
        {
            talk.NotUnderstood();
            return;
        }
        Lives(talk);
        foreach (var one in events)
            talk.Hear(one);
    }

    public void Tick(Talk talk) => talk.Send(Ping);

    /// <summary>Closed for a breach before it ever said a word: it does not know the credentials.</summary>
    public bool IsRefusal(int? code, string reason) => code == 1008 && !_wasHeard;

    private void Lives(Talk talk)
    {
        _wasHeard = true;
        talk.Data();
        talk.Live();
    }
}
