using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Gamma;

public sealed record GammaToken(TokenId Token, MarketText Market);

/// <summary>One page of markets, as tokens with their texts. A market that could not be read is counted, not fatal.</summary>
/// <param name="Next">The cursor of the next page; null on the last.</param>
public sealed record GammaPage(ImmutableArray<GammaToken> Tokens, string? Next, int Unreadable);
