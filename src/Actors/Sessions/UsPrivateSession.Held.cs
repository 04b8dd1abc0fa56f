using System.Collections.Immutable;
using System.Globalization;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Actors.Sessions;

/// <summary>What is held of the account, with which a subscription begins; and all open orders, whenever they are told anew.</summary>
internal sealed partial class UsPrivateSession
{
    private sealed record SnapshotDue(UsRequest Request) : SessionMessage;

    private readonly FrameBuffer _payload = new();

    private void Joined(UsRequest request, UsAccountState state)
    {
        request.IsJoined = true;
        switch (request.Type)
        {
            case UsSubscriptionType.Order when !Rules.SnapshotOnSubscribe:
                request.KnowsOrders = state.Orders is not null;
                break;
            case UsSubscriptionType.Order or UsSubscriptionType.OrderSnapshot:
                if (state.Orders is { } open)
                    Orders(request, open);
                else if (request.Type == UsSubscriptionType.OrderSnapshot)
                    Timers.Once(Deadline(request), new SnapshotDue(request), Rules.SnapshotWait);
                break;
            case UsSubscriptionType.Position when Rules.SnapshotOnSubscribe:
                Positions(request, state.Positions);
                break;
            case UsSubscriptionType.AccountBalance:
                if (state.Balances is { } balances)
                    Write(request, UsHeldWriter.BalancesKey, balances);
                break;
        }
    }

    /// <summary>Anew, after a time in which nobody listened: who follows the orders may have missed changes of them.</summary>
    private void Orders(ImmutableArray<UsHeld> open)
    {
        foreach (var request in Requests.Of(UsSubscriptionType.Order))
        {
            if (request.IsJoined && (request.KnowsOrders || Rules.SnapshotOnSubscribe))
                Orders(request, open);
            request.KnowsOrders |= request.IsJoined;
        }
        foreach (var request in Requests.Of(UsSubscriptionType.OrderSnapshot).Where(static request => request.IsJoined).ToList())
            Orders(request, open);
    }

    /// <summary>In chunks, of which the last one says so. A snapshot is over then, and its id and place are free.</summary>
    private void Orders(UsRequest request, ImmutableArray<UsHeld> open)
    {
        foreach (var (chunk, eof) in Chunks(request, open))
        {
            _payload.Clear();
            UsHeldWriter.Orders(chunk, eof, Spelling, _payload);
            Write(request, UsHeldWriter.OrdersKey, _payload.Written);
        }
        request.KnowsOrders = true;
        if (request.Type == UsSubscriptionType.OrderSnapshot)
            Remove(request.Id);
    }

    private void Positions(UsRequest request, ImmutableArray<UsHeld> held)
    {
        if (!IsLegacy)
        {
            foreach (var position in held.Where(position => Requests.Wants(request, position.Slug)))
            {
                _payload.Clear();
                UsHeldWriter.Position(position, Spelling, _payload);
                Write(request, UsHeldWriter.PositionKey, _payload.Written);
            }
            return;
        }
        foreach (var (chunk, eof) in Chunks(request, held))
        {
            _payload.Clear();
            UsHeldWriter.LegacyPositions(chunk, eof, Spelling, _payload);
            Write(request, UsHeldWriter.LegacyPositionsKey, _payload.Written);
        }
    }

    /// <summary>At least one, which may be empty.</summary>
    private IEnumerable<(UsHeld[] Chunk, bool Eof)> Chunks(UsRequest request, ImmutableArray<UsHeld> held)
    {
        var wanted = held.Where(one => Requests.Wants(request, one.Slug)).ToArray();
        for (var told = 0; told == 0 || told < wanted.Length; told += Rules.SnapshotChunk)
            yield return (wanted[told..Math.Min(wanted.Length, told + Rules.SnapshotChunk)], told + Rules.SnapshotChunk >= wanted.Length);
    }

    /// <summary>As the venue fails: an empty last chunk, and why.</summary>
    private void Failed(UsRequest request)
    {
        if (request.IsGone)
            return;
        _payload.Clear();
        UsHeldWriter.Orders([], eof: true, Spelling, _payload);
        Write(HeadOf(request, UsHeldWriter.OrdersKey), _payload.Written, ",\"error\":\"deadline exceeded\"}"u8);
        Remove(request.Id);
    }

    private static string Deadline(UsRequest request) => string.Create(CultureInfo.InvariantCulture, $"snapshot-{request.Number}");
}
