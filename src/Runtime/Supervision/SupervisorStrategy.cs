using Oddswire.Runtime.Persistence;

namespace Oddswire.Runtime.Supervision;

/// <summary>Whether a child's failure concerns that child alone or all its siblings.</summary>
public enum Scope { OneForOne, AllForOne }

public enum Directive { Resume, Restart, Stop, Escalate }

/// <summary>The answer to a failure. <paramref name="NotBefore"/> holds a restart back at least that long: a venue's Retry-After.</summary>
public readonly record struct Decision(Directive Directive, TimeSpan? NotBefore = null)
{
    public static implicit operator Decision(Directive directive) => new(directive);
}

/// <summary>How a parent answers the failures of its children. Delay and limit belong to it: they have to fit each other.</summary>
public sealed record SupervisorStrategy(Scope Scope, Func<Exception, Decision> Decide, RestartLimit Limit, Backoff Backoff)
{
    /// <summary>One for one; who lost its right to write or cannot read its own journal stops, anything else restarts.</summary>
    public static SupervisorStrategy Default { get; } = new(Scope.OneForOne, DecideByDefault, RestartLimit.Default, Backoff.Default);

    /// <summary>A child is stopped at its first failure.</summary>
    public static SupervisorStrategy StopChildren { get; } = Default with { Decide = static _ => Directive.Stop };

    public static Decision DecideByDefault(Exception cause) =>
        cause is FencedException or UnreadableEventException ? Directive.Stop : Directive.Restart;
}

/// <summary>At most <paramref name="Times"/> restarts within a span; one more, and <paramref name="Exceeded"/> answers instead.</summary>
public sealed record RestartLimit(int Times, TimeSpan Within, Directive Exceeded = Directive.Escalate)
{
    // Ten restarts with the default backoff take about 81 s: within one minute the limit would never trip, however long the crash loop.
    public static RestartLimit Default { get; } = new(10, TimeSpan.FromMinutes(5));

    /// <summary>For ever. The span still says how long a quiet period must be for the backoff to start over.</summary>
    public static RestartLimit Unlimited { get; } = new(int.MaxValue, TimeSpan.FromMinutes(5));
}
