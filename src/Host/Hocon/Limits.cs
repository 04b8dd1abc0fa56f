namespace Oddswire.Host.Hocon;

/// <summary>What a configuration may cost at most, so that no file can exhaust the process. Far above any real one.</summary>
internal static class Limits
{
    public const int Files = 64;
    public const int FileBytes = 1 << 20;
    public const int TotalBytes = 4 << 20;

    /// <summary>Objects and lists inside each other, keys with dots counted by their parts.</summary>
    public const int Depth = 64;

    /// <summary>Values that depend on values that depend on values.</summary>
    public const int Chain = 256;

    /// <summary>Steps, elements and characters of substitution: ten lines that double each other must not fill the memory.</summary>
    public const int Work = 1 << 20;
}
