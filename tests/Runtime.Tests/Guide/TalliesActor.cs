using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime.Tests.Guide;

/// <summary>What a <see cref="TalliesActor"/> understands.</summary>
internal abstract record TalliesMessage
{
    internal sealed record Add(string Wallet, long Quantity) : TalliesMessage;
    internal sealed record WalletStopped(string Wallet) : TalliesMessage;
}

/// <summary>One <see cref="TallyActor"/> per wallet. One that keeps failing is stopped alone, and made anew when it is needed again.</summary>
internal sealed class TalliesActor : Actor<TalliesMessage>
{
    private readonly Dictionary<string, ActorRef<TallyMessage>> _wallets = [];

    protected internal override SupervisorStrategy Supervision => SupervisorStrategy.Default with
    {
        Limit = new RestartLimit(3, TimeSpan.FromMinutes(1), Exceeded: Directive.Stop),
    };

    protected internal override ValueTask Receive(TalliesMessage message)
    {
        switch (message)
        {
            case TalliesMessage.Add(var wallet, var quantity):
                Tally(wallet).Tell(new TallyMessage.Add(quantity));
                break;
            case TalliesMessage.WalletStopped(var wallet):
                _wallets.Remove(wallet);
                break;
        }
        return default;
    }

    private ActorRef<TallyMessage> Tally(string wallet)
    {
        if (!_wallets.TryGetValue(wallet, out var tally))
        {
            tally = Spawn(Props.Of(() => new TallyActor()), wallet);
            Watch(tally, new TalliesMessage.WalletStopped(wallet));
            _wallets[wallet] = tally;
        }
        return tally;
    }
}
