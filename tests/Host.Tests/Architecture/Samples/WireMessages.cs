// Wire messages, some with a ref where a reader overlooks it: they show that WireMessageTests does not.

using System.Collections.Immutable;

namespace Oddswire.Host.Tests.Architecture.Samples;

internal interface IWireMessage;

internal abstract class ActorRef<TMessage>
{
    public TMessage? Last { get; set; }
}

internal sealed record Plain(int Number, string Text, ImmutableArray<Part> Parts) : IWireMessage;

internal sealed record Direct(ActorRef<int> ReplyTo) : IWireMessage;

internal sealed record Several(ImmutableArray<ActorRef<string>[]> Members) : IWireMessage;

internal sealed record Nested(Hidden Inside) : IWireMessage;

internal sealed record Inheriting : Asked, IWireMessage;

internal abstract record Asked
{
    private ActorRef<int>? Asker { get; init; }

    public bool Waits => Asker is not null;
}

internal readonly record struct Part(long Value);

internal sealed record Hidden(Part Part, ActorRef<int> Owner);
