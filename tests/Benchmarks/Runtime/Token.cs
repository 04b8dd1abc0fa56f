namespace Oddswire.Benchmarks.Runtime;

/// <summary>The message of these benchmarks: one for all, so that every byte that is counted is the runtime's own.</summary>
internal sealed class Token
{
    internal static readonly Token Shared = new();
}
