using System.Collections.Immutable;
using Oddswire.Actors.Ledger;
using Oddswire.Actors.Subscriptions;
using Oddswire.Actors.Why;
using Oddswire.Host.Storage;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Why;

/// <summary>
/// What the journal says of subscriptions: durable ones have a stream each; those of sockets, and who was attached to which, are in the
/// ledger, which is looked through for a question.
/// </summary>
internal sealed class RecordedLives(IJournal journal, IJournalRows rows)
{
    internal const int MostLives = 200;

    private static readonly DurableCodec Durable = new();

    /// <summary>Null: there is none on record, or it is not of this key.</summary>
    internal async Task<SubscriptionLife?> Of(SubscriptionId id, string? owner, CancellationToken cancel)
    {
        var acts = new LedgerLives((act, _) => act.Subscriptions.Contains(id), mentions: id.ToString());
        await Read(acts, cancel);
        var socket = acts.Lives.FirstOrDefault(life => life.Id == id);
        var life = await OfStream(id, socket?.Steps ?? []) ?? (socket is null ? null : socket with { IsCut = socket.First<LifeStep.Opened>() is null });
        return owner is null || life?.Owner == owner ? life : null;
    }

    /// <summary>Those that ever had to do with this wallet, and what was refused to who asked for it.</summary>
    internal async Task<(ImmutableArray<SubscriptionLife> Lives, ImmutableArray<LifeStep.Refused> Refused)> About(
        WalletId wallet, Fill fill, ImmutableArray<SubscriptionId> durable, string? owner, CancellationToken cancel)
    {
        var acts = new LedgerLives((act, filter) => act.Subscriptions.Any(durable.Contains) || ((owner is null || act.Key == owner) && Concerns(filter, act)), mentions: "\"act\"");
        await Read(acts, cancel);
        var refused = acts.Refused.Where(static refused => refused.Filter is not null).ToImmutableArray();
        if (acts.Lives.Any(life => !durable.Contains(life.Id) && life.First<LifeStep.Opened>() is null))
        {
            // It was changed to this wallet: how it began is to be read too.
            var ids = acts.Lives.Select(static life => life.Id).ToHashSet();
            acts = new LedgerLives((act, _) => act.Subscriptions.Any(ids.Contains), mentions: "\"act\"");
            await Read(acts, cancel);
        }
        var lives = ImmutableArray.CreateBuilder<SubscriptionLife>();
        foreach (var id in durable)
        {
            if (await OfStream(id, acts.Lives.FirstOrDefault(life => life.Id == id)?.Steps ?? []) is { } life)
                lives.Add(life);
        }
        lives.AddRange(acts.Lives.Where(life => !durable.Contains(life.Id)));
        return (lives.DrainToImmutable(), refused);

        bool Concerns(OrderFilter? filter, LedgerEvent.Acted act) => filter is null
            ? act.Deed is Messages.Ledger.Deed.Opened or Messages.Ledger.Deed.Changed   // too long for the record
            : filter.Users.IsAsked ? filter.Users.Contains(wallet) : filter.Matches(fill);
    }

    private async Task Read(LedgerLives acts, CancellationToken cancel)
    {
        await foreach (var row in rows.ByStream(LedgerActor.Stream))
        {
            cancel.ThrowIfCancellationRequested();
            acts.Take(row.Entry.Payload.Span);
        }
    }

    /// <param name="sockets">Who was attached, from the ledger.</param>
    private async Task<SubscriptionLife?> OfStream(SubscriptionId id, ImmutableArray<LifeStep> sockets)
    {
        var entries = new List<Entry>();
        await foreach (var entry in journal.Read(id.ToString(), 0))
            entries.Add(entry);
        if (entries.Count == 0)
            return null;
        var steps = new List<LifeStep>(sockets);
        var (state, after) = (DurableState.None, 0L);
        if (entries[0].Sequence > 1)
        {
            // The beginning was cut off: the snapshot has what it led to.
            if (await journal.LoadSnapshot(id.ToString()) is not { Payload.IsEmpty: false } snapshot)
                return null;
            (state, after) = (Durable.ReadState(snapshot.Payload.Span), snapshot.Sequence);
            steps.AddRange(DurableSteps.Of(state));
        }
        foreach (var entry in entries.Where(entry => entry.Sequence > after))
        {
            var e = Durable.ReadEvent(entry.Payload.Span);
            state = state.Apply(e);
            steps.AddRange(DurableSteps.Of(e, state));
        }
        return new SubscriptionLife(id, state.Name, state.Owner, IsDurable: true, [.. steps.OrderBy(static step => step.Time)]) { IsCut = after > 0 };
    }
}
