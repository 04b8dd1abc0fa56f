using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime;

/// <summary>The actor at "/": it supervises the top-level actors and hears nothing.</summary>
internal sealed class Guardian(SupervisorStrategy supervision) : Actor<Guardian.Never>
{
    internal abstract record Never;

    protected internal override SupervisorStrategy Supervision => supervision;

    protected internal override ValueTask Receive(Never message) => default;
}
