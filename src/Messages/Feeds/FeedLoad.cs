using System.Collections.Immutable;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Feeds;

/// <summary>What one connection carried since it last said so: frames of each market with the tokens of it that it follows, and how late its pong was.</summary>
public sealed record FeedLoad(double FramesPerSecond, TimeSpan Lag, ImmutableArray<MarketLoad> Markets);

public readonly record struct MarketLoad(int Frames, ImmutableArray<TokenId> Tokens);
