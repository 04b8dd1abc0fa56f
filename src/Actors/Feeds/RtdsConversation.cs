using System.Buffers;
using System.Text;
using Oddswire.Messages.Feeds;
using Oddswire.Protocols.Rtds;

namespace Oddswire.Actors.Feeds;

/// <summary>
/// RTDS: everything, unfiltered, for it knows no filter by wallet. A text PING every few seconds keeps the data coming; what it answers
/// to that says nothing, so only rows count as a sign of life.
/// </summary>
public sealed class RtdsConversation(TimeSpan ping) : IConversation
{
    private static readonly ReadOnlyMemory<byte> Ping = RtdsRequestCodec.Ping.ToArray();

    public TimeSpan TickEvery => ping;

    public void Opened(IReadOnlyCollection<Interest> wanted, Talk talk)
    {
        var frame = new ArrayBufferWriter<byte>();
        RtdsRequestCodec.EncodeSubscribe([RtdsInterest.Trades, RtdsInterest.OrdersMatched], frame);
        talk.Send(frame.WrittenMemory);
    }

    public void Heard(ReadOnlyMemory<byte> frame, Talk talk)
    {
        switch (RtdsFrameCodec.Decode(frame.Span))
        {
            case RtdsFrame.Activity activity:
                talk.Data();
                talk.Live();
                talk.Observe(activity.Type == RtdsActivity.Trades
                    ? new Observation.Row(activity.Fill, "trades")
                    : new Observation.Row(activity.Fill with { IsTaker = true }, "orders_matched"));
                break;
            case RtdsFrame.Refused refused:
                talk.Fail($"RTDS refused the subscription: {refused.Message}");
                break;
            case RtdsFrame.Malformed:
                talk.NotUnderstood();
                break;
        }
    }

    public void Tick(Talk talk) => talk.Send(Ping);
}
