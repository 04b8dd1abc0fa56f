using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Tape;

/// <summary>Fills that wait for the name of their market, and the names known so far. A name that does not come in time is "".</summary>
internal sealed class NamedFills(TimeSpan wait)
{
    // A venue has some ten thousand tokens open at a time; when this is full the catalog is simply asked again.
    private const int MostNames = 100_000;

    private readonly Dictionary<TokenId, MarketText> _names = [];
    private readonly Dictionary<TokenId, List<Slot>> _waiting = [];
    private readonly Queue<(long Until, Slot Slot)> _byTime = [];
    private long _taken;

    /// <summary>Which fills have come until now; to be asked for with <see cref="HasLetGo"/>.</summary>
    internal long Taken => _taken;

    /// <summary>None waits any more of those that had come then.</summary>
    internal bool HasLetGo(long taken) => _taken - _byTime.Count >= taken;

    internal long? NextDue => _byTime.TryPeek(out var first) ? first.Until : null;

    /// <summary>True: the fill has its name. False: it waits, and <paramref name="ask"/> tells whether the catalog must be asked.</summary>
    internal bool TryName(Slot slot, long running, out bool ask)
    {
        ask = false;
        var name = _names.GetValueOrDefault(slot.Fill.Token);
        if (slot.Fill.Market is { Slug.Length: > 0, EventSlug.Length: > 0, Outcome: not null })
        {
            Learn(slot.Fill.Token, slot.Fill.Market);
            return true;
        }
        if (slot.Fill.Market.Slug.Length > 0)
        {
            // The source does not say which event it belongs to, or which outcome the token is: that is nothing to wait for, but the next fill will have it.
            ask = name is null;
            if (name is null)
                Learn(slot.Fill.Token, slot.Fill.Market);
            else if (name is not { EventSlug: "", Outcome: null })
                BelongsTo(slot, name);
            return true;
        }
        if (name is not null)
        {
            slot.Fill = slot.Fill with { Market = name };
            return true;
        }
        if (!_waiting.TryGetValue(slot.Fill.Token, out var waiting))
        {
            ask = true;
            _waiting.Add(slot.Fill.Token, waiting = []);
        }
        waiting.Add(slot);
        _byTime.Enqueue((running + (long)wait.TotalMilliseconds, slot));
        _taken++;
        return false;
    }

    /// <summary>The fills that waited for these names.</summary>
    internal void Described(ImmutableArray<KeyValuePair<TokenId, MarketText>> tokens, List<Slot> named)
    {
        foreach (var (token, name) in tokens)
        {
            if (name.Slug.Length == 0)
                continue;       // not known yet: it may be within the wait
            Learn(token, name);
            if (!_waiting.Remove(token, out var waiting))
                continue;
            foreach (var slot in waiting)
            {
                slot.Fill = slot.Fill with { Market = name };
                named.Add(slot);
            }
        }
    }

    /// <summary>The fills that have waited long enough.</summary>
    internal void Due(long running, List<Slot> unnamed)
    {
        while (_byTime.TryPeek(out var first) && first.Until <= running)
        {
            _byTime.Dequeue();
            if (!_waiting.TryGetValue(first.Slot.Fill.Token, out var waiting) || !waiting.Remove(first.Slot))
                continue;
            if (waiting.Count == 0)
                _waiting.Remove(first.Slot.Fill.Token);
            unnamed.Add(first.Slot);
        }
    }

    /// <summary>Its market keeps the words in which the source told of it, and is one for all fills that are told in those words.</summary>
    private void BelongsTo(Slot slot, MarketText name)
    {
        var told = slot.Fill.Market;
        var saysEvent = told.EventSlug.Length > 0;
        if ((told.Condition, told.Slug, told.Title, told.Label) != (name.Condition, name.Slug, name.Title, name.Label) || (saysEvent && told.EventSlug != name.EventSlug))
            Learn(slot.Fill.Token, name = told with { EventSlug = saysEvent ? told.EventSlug : name.EventSlug, Outcome = name.Outcome });
        slot.BelongsTo(name);
    }

    private void Learn(TokenId token, MarketText name)
    {
        if (_names.Count >= MostNames)
            _names.Clear();
        _names[token] = name;
    }
}
