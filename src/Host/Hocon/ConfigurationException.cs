using System.Collections.Immutable;

namespace Oddswire.Host.Hocon;

/// <summary>One thing that is wrong in a configuration. The words never carry a value that may be a secret.</summary>
public sealed record Fault(Position At, string Expected, string Found, string? Hint = null)
{
    public override string ToString() => $"{At}: expected {Expected}, found {Found}{(Hint is null ? "" : $"; {Hint}")}";
}

/// <summary>The only exception that reading a configuration throws: everything that is wrong with it, one line each.</summary>
public sealed class ConfigurationException(params ImmutableArray<Fault> faults) : Exception(string.Join('\n', faults))
{
    public ConfigurationException(Position at, string expected, string found, string? hint = null)
        : this(new Fault(at, expected, found, hint)) { }

    public ImmutableArray<Fault> Faults { get; } = faults;
}
