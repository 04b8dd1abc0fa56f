using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Subscriptions;

/// <summary>How far behind a durable subscription may be before it expires: by the age of what it has not acknowledged, and by its size.</summary>
public sealed record DurableRules
{
    public TimeSpan Keep { get; init; } = TimeSpan.FromHours(72);
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>So often somebody looks who is due.</summary>
    internal TimeSpan SweepEvery => Between(TimeSpan.FromSeconds(1), Keep / 64, TimeSpan.FromMinutes(1));

    /// <summary>So often at least a subscription is looked at; what matched nothing is put behind it then.</summary>
    internal TimeSpan LookEvery => Between(TimeSpan.FromSeconds(1), Keep / 8, TimeSpan.FromHours(9));

    private static TimeSpan Between(TimeSpan least, TimeSpan value, TimeSpan most) => value < least ? least : value > most ? most : value;
}

/// <summary>
/// What a durable subscription has not acknowledged, as far as the tape was looked through by its filters: nothing is read twice while the
/// acknowledged position stays. What is old, but matches nothing, was not missed.
/// </summary>
/// <param name="After">The acknowledged offset that this is about.</param>
/// <param name="Bytes">What it has missed: 0 is nothing.</param>
/// <param name="First">When the first of them was, in unix seconds; what was found late is as old as nobody knows.</param>
/// <param name="FirstOffset">Of the first of them; 0: there is none. Deleted since, it cannot be told any more.</param>
/// <param name="By">The filter that it was looked through by last: what another one wants there was not looked for.</param>
/// <param name="Torn">Where it went on the tape had deleted already, so that nobody knows what was there.</param>
internal sealed record Arrears(long After, long Through, long Bytes, long? First, long FirstOffset, OrderFilter? By, bool Torn)
{
    private const int PageFits = 1_000;

    // Of a fill on the tape at most: with this the size is known to be small without a look.
    private const long LargestFill = 2_048;

    internal static Arrears Of(Position acknowledged) => new(acknowledged.Offset, acknowledged.Offset, 0, null, 0, By: null, Torn: false);

    /// <summary>Where nothing matched, what was looked through stays looked through; but not when another filter holds there by now.</summary>
    internal Arrears Since(Position acknowledged, ImmutableArray<FilterSpan> filters) =>
        !HoldsFor(filters) ? Of(acknowledged)
        : acknowledged.Offset == After ? this
        : IsNothing && acknowledged.Offset > After && acknowledged.Offset <= Through ? this with { After = acknowledged.Offset }
        : Of(acknowledged);

    /// <summary>It was looked for by the filter that holds there.</summary>
    internal bool HoldsFor(ImmutableArray<FilterSpan> filters)
    {
        var at = filters.Length - 1;
        while (at > 0 && filters[at].After >= Through)
            at--;
        return By is null || ReferenceEquals(By, filters[at].Filter);
    }

    internal bool IsNothing => Bytes == 0 && !Torn;

    internal bool IsTooMuch(DurableRules rules, DateTimeOffset now, long oldest) =>
        Torn || (FirstOffset > 0 && FirstOffset < oldest) || Bytes > rules.MaxBytes || First < (now - rules.Keep).ToUnixTimeSeconds();

    /// <summary>What was not looked at yet may be more than a sixteenth of what is allowed.</summary>
    internal bool MayHaveGrown(DurableRules rules, long newest) => (newest - Through) * LargestFill > Math.Max(rules.MaxBytes / 16, LargestFill * PageFits);

    /// <summary>Looked on to the head of the tape, or until it is too much. Throws <see cref="TapeUnavailableException"/>.</summary>
    internal async ValueTask<Arrears> Look(ITape tape, ImmutableArray<FilterSpan> filters, TapeHead head, DurableRules rules, DateTimeOffset now)
    {
        var seen = this;
        while (seen.Through < head.Newest && !seen.IsTooMuch(rules, now, head.Oldest))
        {
            var (filter, until) = Stretch(filters, seen.Through, head.Newest);
            seen = seen.With(await tape.Read(seen.Through, filter, PageFits), until) with { By = filter };
        }
        return seen;
    }

    private Arrears With(TapePage page, long until)
    {
        if (page.Oldest > Through + 1)
            return this with { Torn = true };
        var (bytes, first, offset) = (Bytes, First, FirstOffset);
        foreach (var entry in page.Entries)
        {
            if (entry.Position!.Value.Offset > until)
                break;
            bytes += entry.Data.Length;
            if (offset == 0)
                offset = entry.Position.Value.Offset;
            first ??= entry.Late ? null : entry.Fill.Timestamp;
        }
        return this with { Through = Math.Min(page.LookedThrough, until), Bytes = bytes, First = first, FirstOffset = offset };
    }

    private static (OrderFilter Filter, long Until) Stretch(ImmutableArray<FilterSpan> filters, long through, long newest)
    {
        var at = 0;
        while (at + 1 < filters.Length && filters[at + 1].After <= through)
            at++;
        return (filters[at].Filter, at + 1 < filters.Length ? Math.Min(filters[at + 1].After, newest) : newest);
    }
}
