using System.Collections.Immutable;
using Oddswire.Actors;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Why;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Oddswire.Runtime;

namespace Oddswire.Host.Why;

/// <summary>
/// Gathers what is on record about a question and has it judged. It asks actors and reads stores, and changes nothing. Of what has just
/// happened the record is a second behind: then it looks again.
/// </summary>
internal sealed class Inquiry(Topology topology, ITape tape, ITraces traces, RecordedLives lives, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);
    private const int MostLooks = 4;
    private const int MostFills = 20;

    /// <param name="asker">The name of the key whose subscriptions are looked at; null: everybody's.</param>
    internal async Task<WhyAnswer> Answer(WhyQuestion question, string? asker, CancellationToken cancel)
    {
        for (var look = 1; ; look++)
        {
            var found = await Gather(question, asker, cancel);
            var answer = WhyJudge.Answer(found);
            if (look == MostLooks || !MayChange(found, answer))
                return answer;
            await Task.Delay(LookAgainAfter, time, cancel);
        }
    }

    private static bool MayChange(WhyCase found, WhyAnswer answer) => answer.Verdict switch
    {
        WhyVerdict.NotWritten or WhyVerdict.NotSubscribed => found.Fills.Any(fill => found.Now - fill.WentOutAt < Fresh.TotalMilliseconds),
        WhyVerdict.UnknownFill or WhyVerdict.Gap => found.IsBehind || found.Pending.Any(static pending => !pending.IsDropped),
        _ => false,
    };

    private async Task<WhyCase> Gather(WhyQuestion question, string? asker, CancellationToken cancel)
    {
        var isBehind = !await Settled();
        var gaps = await OnRecord();
        var head = await topology.System.Ask(topology.Tape, static (ActorRef<TapeHead> to) => new TapeMessage.GetHead(to), Patience);
        var fills = await Fills(question);
        var found = new WhyCase
        {
            Asked = question.Words,
            Now = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Asker = asker,
            Fills = fills,
            Pending = fills.IsEmpty && question.Tx is { } tx
                ? await topology.System.Ask(topology.Tape, (ActorRef<ImmutableArray<PendingFill>> to) => new TapeMessage.GetPending(tx, to), Patience) : [],
            IsBehind = isBehind,
            Gaps = gaps,
            Oldest = new Position(head.Epoch, head.Oldest),
            Newest = head.Position,
            Offset = question.Offset,
            Subscription = question.Subscription,
            Wallet = question.Wallet,
            SampledSince = await traces.SampledSince(),
        };
        return fills.IsEmpty ? found
            : question.Wallet is { } wallet ? await WithFollowers(found, wallet, cancel)
            : await With(found, question.Subscription!.Value, cancel);
    }

    /// <summary>What is known only in memory is written first; a store that is away must not keep the rest from being told.</summary>
    private async Task<bool> Settled()
    {
        try
        {
            await topology.System.Ask(topology.Traces, static (ActorRef<TraceMessage> to) => new TraceMessage.Settle(to), LookAgainAfter);
            return true;
        }
        catch (TimeoutException)
        {
            return false;       // then the answer rests on what is stored
        }
    }

    /// <summary>Asked twice, for the ledger writes one batch after the other: the second answer comes when all that was told before is on record.</summary>
    private async Task<ImmutableArray<Gap>> OnRecord()
    {
        await topology.System.Ask(topology.Ledger, static (ActorRef<ImmutableArray<Gap>> to) => new LedgerMessage.GetGaps(to), Patience);
        var gaps = await topology.System.Ask(topology.Ledger, static (ActorRef<ImmutableArray<Gap>> to) => new LedgerMessage.GetGaps(to), Patience);
        return [.. gaps.Where(static gap => gap.IsOfOrders)];
    }

    private async Task<ImmutableArray<FillStory>> Fills(WhyQuestion question)
    {
        var offsets = question switch
        {
            { Offset: { } offset } => [offset],
            { Tx: { } tx } => await traces.Find(tx),
            _ => await traces.Find(question.Order!.Value),
        };
        var entries = (await tape.At(offsets)).Where(entry => IsIt(question, entry.Fill)).ToList();
        if (question.Wallet is { } wallet && entries.Exists(entry => entry.Fill.User == wallet))
            entries.RemoveAll(entry => entry.Fill.User != wallet);
        var stories = ImmutableArray.CreateBuilder<FillStory>();
        foreach (var entry in entries.TakeLast(MostFills))
        {
            var position = entry.Position!.Value;
            stories.Add(new FillStory(position, entry.Fill, entry.Late, entry.Kind == EntryKind.Removed, await traces.Of(position.Offset) ?? []));
        }
        return stories.DrainToImmutable();
    }

    private static bool IsIt(WhyQuestion question, Fill fill) => question switch
    {
        { Tx: { } tx } => fill.Tx == tx && (question.LogIndex is null || fill.LogIndex == question.LogIndex),
        { Order: { } order } => fill.Order == order,
        _ => true,
    };

    private async Task<WhyCase> With(WhyCase found, SubscriptionId id, CancellationToken cancel)
    {
        if (await lives.Of(id, found.Asker, cancel) is not { } life)
            return found;
        var glance = await Glance(id, null, found.Asker);
        var known = life with { IsAttached = life.IsDurable ? glance.Any(static one => one.Attached) : null };
        var byFill = found.Lives;
        foreach (var fill in found.Fills)
            byFill = byFill.SetItem(fill.Offset, [await WithSamples(known, fill)]);
        return found with { Lives = byFill };
    }

    private async Task<WhyCase> WithFollowers(WhyCase found, WalletId wallet, CancellationToken cancel)
    {
        // Of an order's many fills the newest: the subscriptions that follow a wallet are the same for all of them, or nearly.
        var fill = found.Fills[^1];
        var durable = await Glance(null, wallet, found.Asker);
        var (about, refused) = await lives.About(wallet, fill.Fill, [.. durable.Select(static one => one.Id)], found.Asker, cancel);
        var byFill = ImmutableArray.CreateBuilder<SubscriptionLife>();
        foreach (var life in about)
            byFill.Add(await WithSamples(life with { IsAttached = life.IsDurable ? durable.Any(one => one.Id == life.Id && one.Attached) : null }, fill));
        return found with { Fills = [fill], Lives = found.Lives.SetItem(fill.Offset, byFill.DrainToImmutable()), Refused = refused };
    }

    private async Task<SubscriptionLife> WithSamples(SubscriptionLife life, FillStory fill) => life with { Samples = await traces.Samples(life.Id, fill.Offset) };

    private async Task<ImmutableArray<DurableGlance>> Glance(SubscriptionId? id, WalletId? wallet, string? owner) => await topology.System.Ask(
        topology.Subscriptions,
        (ActorRef<ImmutableArray<DurableGlance>> to) => new SubscriptionMessage.Glance(id ?? default, wallet, owner, RecordedLives.MostLives, to), Patience);
}
