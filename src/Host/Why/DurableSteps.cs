using Oddswire.Actors.Subscriptions;
using Oddswire.Actors.Why;
using Oddswire.Messages.Subscriptions;

namespace Oddswire.Host.Why;

/// <summary>The events of a durable subscription as steps of its life.</summary>
internal static class DurableSteps
{
    /// <param name="after">The state that the event led to.</param>
    internal static IEnumerable<LifeStep> Of(DurableEvent e, DurableState after)
    {
        switch (e)
        {
            case DurableEvent.Created created:
                yield return new LifeStep.Opened(created.Time, created.Filter, created.From.Offset, created.Why?.Key ?? "", created.Why?.Address ?? "");
                break;
            case DurableEvent.Refiltered refiltered:
                yield return new LifeStep.Refiltered(refiltered.Time, after.Filter, refiltered.At);
                break;
            case DurableEvent.Paused:
                yield return new LifeStep.Paused(e.Time);
                break;
            case DurableEvent.Resumed resumed:
                yield return new LifeStep.Resumed(resumed.Time, resumed.From);
                break;
            case DurableEvent.Acknowledged acknowledged:
                yield return new LifeStep.Acknowledged(acknowledged.Time, acknowledged.Position);
                break;
            case DurableEvent.Expired expired:
                yield return new LifeStep.Expired(expired.Time, expired.Oldest);
                break;
            case DurableEvent.Closed:
                yield return new LifeStep.Closed(e.Time, "it was deleted", null);
                break;
        }
    }

    /// <summary>What is left of a life whose events are gone.</summary>
    internal static IEnumerable<LifeStep> Of(DurableState state)
    {
        for (var i = 0; i < state.Filters.Length; i++)
        {
            var span = state.Filters[i];
            yield return i == 0 ? new LifeStep.Opened(state.CreatedAt, span.Filter, span.After, state.Owner, "") : new LifeStep.Refiltered(0, span.Filter, span.After);
        }
        yield return new LifeStep.Acknowledged(0, state.Acknowledged);
        if (state.Status == SubscriptionState.Paused)
            yield return new LifeStep.Paused(0);
    }
}
