using System.Collections.Immutable;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Subscriptions;

/// <summary>
/// What is known of every durable subscription, awake or not: who owns it, its state, and which command made it. Pure; its owner is
/// /subscriptions.
/// </summary>
internal sealed class DurableSubscriptions
{
    private readonly SortedDictionary<SubscriptionId, Entry> _entries = new(Comparer<SubscriptionId>.Create(static (a, b) => string.CompareOrdinal(a.ToString(), b.ToString())));
    private readonly Dictionary<(string Key, string CommandId), SubscriptionId> _made = [];
    private readonly Dictionary<string, int> _countOf = [];

    /// <summary>What an earlier process may have told clients.</summary>
    internal long HeadAtStart { get; set; } = long.MaxValue;

    internal sealed class Entry(string owner)
    {
        internal string Owner { get; } = owner;
        internal DurableState State { get; set; } = DurableState.None;
        internal long Sequence { get; set; }
        internal long MayHaveHad { get; set; }
        internal bool Attached { get; set; }

        /// <summary>It is deleted, and its actor is going to stop: what comes now is for the next instance.</summary>
        internal bool IsStopping { get; set; }
        internal ActorRef<SubscriptionMessage>? Actor { get; set; }
        internal Arrears? Arrears { get; set; }
        internal DateTimeOffset LookAgainAt { get; set; }

        internal SubscriptionInfo Info(SubscriptionId id, Position head) =>
            new(id, State.Name, State.Status, State.Filter, State.Acknowledged, head, Attached, State.CreatedAt);
    }

    /// <summary>Found in the journal.</summary>
    internal void Add(SubscriptionId id, DurableState state, long sequence)
    {
        _entries.Add(id, new Entry(state.Owner) { State = state, Sequence = sequence });
        if (state.Commands is [var made, ..])
            _made[(made.Key, made.Id)] = id;
        if (state.Status != SubscriptionState.Closed)
            Count(state.Owner, 1);
    }

    /// <summary>It is to be made by this command, and counts from now on.</summary>
    internal void Begin(SubscriptionId id, DurableCommand.Create create)
    {
        var owner = create.By.Key.Name;
        _entries.Add(id, new Entry(owner));
        _made.Add((owner, create.CommandId), id);
        Count(owner, 1);
    }

    internal SubscriptionId? Made(DurableCommand.Create create) =>
        _made.TryGetValue((create.By.Key.Name, create.CommandId), out var id) ? id : null;

    internal int CountOf(string owner) => _countOf.GetValueOrDefault(owner);

    /// <summary>Null: there is none, or it is somebody else's.</summary>
    internal Entry? Find(DurableCommand command) =>
        _entries.TryGetValue(command.Id, out var entry) && MaySee(command.By, entry) && entry.State.Status != SubscriptionState.Closed ? entry
        : command is DurableCommand.Delete && entry is { State.Exists: true } && MaySee(command.By, entry) ? entry : null;

    internal SubscriptionList List(DurableCommand.List list, Position head)
    {
        var seen = ImmutableArray.CreateBuilder<SubscriptionInfo>();
        var after = list.After?.ToString() ?? "";
        foreach (var (id, entry) in _entries)
        {
            if (entry.State.Status == SubscriptionState.Closed || !MaySee(list.By, entry) || string.CompareOrdinal(id.ToString(), after) <= 0)
                continue;
            if (seen.Count == list.Most)
            {
                var last = seen[^1].Id;
                return new SubscriptionList(seen.DrainToImmutable(), last);
            }
            seen.Add(entry.Info(id, head));
        }
        return new SubscriptionList(seen.DrainToImmutable(), null);
    }

    internal ImmutableArray<DurableGlance> Glance(SubscriptionMessage.Glance glance)
    {
        var seen = glance.Wallet is { } wallet
            ? _entries.Where(entry => entry.Value.State.Filters.Any(span => span.Filter.Users.Contains(wallet) || !span.Filter.Users.IsAsked)).TakeLast(glance.Most)
            : _entries.Where(entry => entry.Key == glance.Id);
        return [.. seen.Where(entry => entry.Value.State.Exists && (glance.Owner ?? entry.Value.Owner) == entry.Value.Owner).Select(static entry => new DurableGlance(entry.Key, entry.Value.Attached))];
    }

    /// <summary>What it was before.</summary>
    internal DurableState? Hear(DurableNews news)
    {
        if (!_entries.TryGetValue(news.Id, out var entry))
            return null;
        var before = entry.State;
        if (news.State.Status == SubscriptionState.Closed)
        {
            entry.IsStopping = true;        // or was woken, to say again that it is gone
            Count(entry.Owner, before.Status == SubscriptionState.Closed ? 0 : -1);
        }
        (entry.State, entry.Sequence, entry.Attached, entry.MayHaveHad) = (news.State, news.Sequence, news.Attached, news.MayHaveHad);
        return before;
    }

    /// <summary>The actor of one that is closed.</summary>
    internal ActorRef<SubscriptionMessage>? MayFinish(SubscriptionId id) =>
        _entries.TryGetValue(id, out var entry) && entry.IsStopping ? entry.Actor : null;

    internal bool Any => _entries.Count > 0;

    internal Arrears? ArrearsOf(SubscriptionId id) => _entries[id].Arrears;

    /// <summary>Whose time to be looked at has come, or of whom too much may have been missed since; at most so many.</summary>
    internal List<(SubscriptionId Id, DurableState State, Arrears Arrears)> Due(TapeHead head, DurableRules rules, DateTimeOffset now, int most)
    {
        var due = new List<(SubscriptionId, DurableState, Arrears)>();
        foreach (var (id, entry) in _entries)
        {
            if (due.Count == most)
                break;
            if (!entry.State.Exists || entry.State.Status is not (SubscriptionState.Active or SubscriptionState.Paused))
                continue;
            var arrears = entry.Arrears = (entry.Arrears ?? Arrears.Of(entry.State.Acknowledged)).Since(entry.State.Acknowledged, entry.State.Filters);
            if (now < entry.LookAgainAt && !arrears.MayHaveGrown(rules, head.Newest) && !arrears.IsTooMuch(rules, now, head.Oldest))
                continue;
            entry.LookAgainAt = now + rules.LookEvery;      // also when nobody answers
            due.Add((id, entry.State, arrears));
        }
        return due;
    }

    /// <summary>Null: it is not where it was when it was looked at.</summary>
    internal Entry? Seen(ArrearsSeen seen, DurableRules rules, DateTimeOffset now)
    {
        if (!_entries.TryGetValue(seen.Id, out var entry) || entry.State.Acknowledged != seen.Acknowledged || !seen.Arrears.HoldsFor(entry.State.Filters) || entry.State.Status is not (SubscriptionState.Active or SubscriptionState.Paused))
            return null;
        entry.Arrears = seen.Arrears;
        if (seen.Arrears.First is { } first && DateTimeOffset.FromUnixTimeSeconds(first + 1) + rules.Keep is var expires && expires < entry.LookAgainAt)
            entry.LookAgainAt = expires;
        return entry;
    }

    internal ActorRef<SubscriptionMessage>? ActorOf(SubscriptionId id) => _entries[id].Actor;

    internal Known Known(SubscriptionId id)
    {
        var entry = _entries[id];
        return new(id, entry.State, entry.Sequence) { MayHaveHad = entry.State.Exists ? Math.Max(entry.MayHaveHad, HeadAtStart) : 0 };
    }

    internal void Wake(SubscriptionId id, ActorRef<SubscriptionMessage> actor) => _entries[id].Actor = actor;

    /// <summary>Its actor has ended. What never got into the journal was never there.</summary>
    internal void Rest(SubscriptionId id)
    {
        if (!_entries.TryGetValue(id, out var entry))
            return;
        (entry.Actor, entry.Attached, entry.IsStopping) = (null, false, false);
        if (entry.State.Exists)
            return;
        _entries.Remove(id);
        Count(entry.Owner, -1);
        foreach (var made in _made.Where(made => made.Value == id).ToList())
            _made.Remove(made.Key);
    }

    private static bool MaySee(Caller caller, Entry entry) => entry.Owner == caller.Key.Name || caller.Key.May("admin");

    private void Count(string owner, int change) => _countOf[owner] = _countOf.GetValueOrDefault(owner) + change;
}
