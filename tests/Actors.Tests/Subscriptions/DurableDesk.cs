using System.Text;
using Oddswire.Actors.Tests.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;
using Xunit;

namespace Oddswire.Actors.Tests.Subscriptions;

/// <summary>What a service asks for durable subscriptions, and what its clients are told.</summary>
internal static class DurableDesk
{
    internal static Key Desk { get; } = Made.Key(Tier.Enterprise);

    internal static OrderFilter Following(params int[] wallets) => OrderFilter.Of([.. wallets.Select(Made.Wallet)]);

    internal static Caller By(Key? key = null) => new(key ?? Desk, "127.0.0.1");

    internal static SubscriptionAnswer Ask(Gateway gateway, Func<ActorRef<SubscriptionAnswer>, SubscriptionMessage> command)
    {
        var probe = gateway.Kit.Probe<SubscriptionAnswer>();
        gateway.Subscriptions.Tell(command(probe));
        return probe.Expect<SubscriptionAnswer>();
    }

    internal static SubscriptionInfo Done(Gateway gateway, Func<ActorRef<SubscriptionAnswer>, SubscriptionMessage> command) =>
        Assert.IsType<SubscriptionAnswer.Done>(Ask(gateway, command)).Subscription;

    internal static SubscriptionInfo Create(Gateway gateway, string commandId, Position? from, params int[] wallets) =>
        Done(gateway, to => new DurableCommand.Create(By(), commandId, "desk-7", Following(wallets), from, to));

    internal static List<DomeServerFrame> Frames(FakeClient client) =>
        [.. client.Drain().Select(frame => DomeServerFrameCodec.Decode(Encoding.UTF8.GetBytes(frame)))];

    internal static List<long> Told(FakeClient client) => [.. Frames(client).OfType<DomeServerFrame.Event>().Select(told => told.Position!.Value.Offset)];
}
