namespace Oddswire.Runtime.Execution;

internal static class ActorName
{
    internal static void Check(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Contains('/'))
            throw new ArgumentException($"An actor's name is one step of a path and contains no '/': '{name}'.", nameof(name));
    }
}
