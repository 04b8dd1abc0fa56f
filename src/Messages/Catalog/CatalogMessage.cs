using System.Collections.Immutable;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Messages.Catalog;

/// <summary>To the actor that knows what a token's market is called.</summary>
public abstract record CatalogMessage
{
    /// <summary>Answered with <see cref="TapeMessage.Described"/>, when known or found to be unknown.</summary>
    public sealed record Describe(ImmutableArray<TokenId> Tokens, ActorRef<TapeMessage> ReplyTo) : CatalogMessage;
}
