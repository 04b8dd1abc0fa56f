namespace Oddswire.Runtime.Tests.Guide;

/// <summary>What a <see cref="TallyActor"/> understands.</summary>
internal abstract record TallyMessage
{
    internal sealed record Add(long Quantity) : TallyMessage;
    internal sealed record GetTotal(ActorRef<long> ReplyTo) : TallyMessage;
}

/// <summary>Adds up the quantities of one wallet.</summary>
internal sealed class TallyActor : Actor<TallyMessage>
{
    private long _total;

    protected internal override ValueTask Receive(TallyMessage message)
    {
        switch (message)
        {
            case TallyMessage.Add(var quantity):
                _total = checked(_total + quantity);
                break;
            case TallyMessage.GetTotal(var replyTo):
                replyTo.Tell(_total);
                break;
        }
        return default;     // nothing was awaited
    }
}
