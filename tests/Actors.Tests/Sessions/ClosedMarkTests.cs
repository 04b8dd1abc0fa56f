using System.Buffers;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.Dome;
using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

/// <summary>A route says by its mark which subscription it is of, and may still be on its way when that one is closed.</summary>
public sealed class ClosedMarkTests
{
    /// <param name="others">With another one that finds the same fill the share has several parts, and is written in another way.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void What_is_found_for_a_subscription_that_was_closed_meanwhile_is_not_told(int others)
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var gateway = new Gateway(seed);
            var client = gateway.Connect();
            var closed = client.Subscribe(OrderFilter.Of(Made.Wallet(1)));
            for (var other = 0; other < others; other++)
                client.Subscribe(OrderFilter.Everything);
            // Its mailbox has the unsubscribe first; whether the hub has heard of it when the fill comes, the seed decides.
            var unsubscribe = new ArrayBufferWriter<byte>();
            DomeCommandCodec.Encode(new DomeCommand.Unsubscribe(closed), unsubscribe);
            client.Session.Tell(new SessionMessage.Heard(unsubscribe.WrittenMemory));
            gateway.Begin(Made.Log(1, 1));
            var told = client.Drain();
            Assert.Equal(others, told.Count);
            Assert.DoesNotContain(told, frame => frame.Contains(closed.ToString(), StringComparison.Ordinal));
        }
    }
}
