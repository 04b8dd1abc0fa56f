using Oddswire.Host.Hocon;

namespace Oddswire.Host.Settings;

/// <summary>A setting as it came out of the layers: its value fit for printing, and where that was written.</summary>
public sealed record EffectiveSetting(string Key, string Value, Position From);

/// <summary>One pass over a configuration: what was asked for, what was wrong. All faults are told at once.</summary>
internal sealed class Reading
{
    private readonly List<Section> _sections = [];
    private readonly List<Fault> _faults = [];

    public List<EffectiveSetting> Settings { get; } = [];

    /// <summary>What an operator should know although nothing is wrong.</summary>
    public List<string> Notices { get; } = [];

    public void Add(Section section) => _sections.Add(section);

    public void Add(Fault fault) => _faults.Add(fault);

    public bool Refuses(Position at) => _faults.Exists(fault => fault.At == at);

    /// <summary>To be called when every record has been read: keys that nobody asked for are unknown.</summary>
    public void End()
    {
        var known = _sections.SelectMany(section => section.Declared).ToList();
        foreach (var unknown in _sections.SelectMany(section => section.Unknown()))
        {
            var hint = Nearest.Hint(unknown.Name, known) ?? "`oddswire config` prints every setting";
            _faults.Add(new Fault(unknown.At, "a known setting", $"`{unknown.Name}`", hint));
        }
        if (_faults.Count > 0) throw new ConfigurationException([.. _faults]);
    }
}
