using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors;

/// <summary>
/// Over actors that write to the journal. It may be away for hours, and when it is back nobody waits for the end of a pause that has grown
/// meanwhile: commands are answered within seconds. Who has lost the right to write does not come back.
/// </summary>
internal static class AboveJournal
{
    internal static SupervisorStrategy Strategy { get; } = SupervisorStrategy.Default with
    {
        Decide = static cause => cause is FencedException ? Directive.Escalate : SupervisorStrategy.DecideByDefault(cause),
        Limit = RestartLimit.Unlimited,
        Backoff = Backoff.Default with { Max = TimeSpan.FromSeconds(2) },
    };
}
