using System.Collections.Immutable;

namespace Oddswire.Messages.PolymarketUs;

/// <summary>What is known of an account now.</summary>
/// <param name="Orders">The open ones, oldest first. Null: not known (yet, or again): <see cref="UsAccountFact.Orders"/> comes when they are.</param>
/// <param name="Positions">
/// By slug; those that the venue has told of while somebody listened. It has no snapshot of them: what did not change since is not here.
/// </param>
/// <param name="Balances">The payload of accountBalancesSnapshot. Null: not known; <see cref="UsAccountFact.Balances"/> comes when it is.</param>
public sealed record UsAccountState(ImmutableArray<UsHeld>? Orders, ImmutableArray<UsHeld> Positions, UsPayload? Balances);

/// <summary>An order as it stands in the array of orderSubscriptionSnapshot, or a position as it stands in that of a position snapshot.</summary>
public sealed record UsHeld(string Slug, UsPayload Json);
