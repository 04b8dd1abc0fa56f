using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Faults;

// The faults in force at one venue. Its lines ask here for each frame, its door for each handshake.
public sealed class VenueFaults(Agenda agenda)
{
    // Replaced, never changed: a fault may end while it is asked for.
    private ActiveFault[] _active = [];

    public IReadOnlyList<ActiveFault> Active => _active;

    internal bool Any => _active.Length > 0;

    internal void Add(ActiveFault fault)
    {
        _active = [.. _active, fault];
        if (fault.Until is { } until) agenda.At(until, () => Remove(fault));
    }

    internal bool Remove(ActiveFault fault)
    {
        var before = _active.Length;
        _active = [.. _active.Where(other => other != fault)];
        return _active.Length < before;
    }

    // Of the kinds that touch a connection as a whole.
    internal ActiveFault? On(FaultKind kind, int connection, string? topic = null)
    {
        foreach (var fault in _active)
            if (fault.Fault.Kind == kind && fault.Touches(connection) && (kind != FaultKind.Mute || fault.Touches(topic))) return Hit(fault);
        return null;
    }

    // Of the kinds that touch single data frames.
    internal ActiveFault? OnFrame(FaultKind kind, int connection, string? topic)
    {
        foreach (var fault in _active)
            if (fault.Fault.Kind == kind && fault.Names(connection) && fault.Touches(topic) && fault.Draw()) return Hit(fault);
        return null;
    }

    // Of the kinds that meet a client at the door, or a request.
    internal ActiveFault? Handshake(FaultKind kind)
    {
        foreach (var fault in _active)
            if (fault.Fault.Kind == kind && fault.Fault.Connection == "all" && fault.Draw()) return Hit(fault);
        return null;
    }

    private static ActiveFault Hit(ActiveFault fault)
    {
        fault.Hits++;
        return fault;
    }
}
