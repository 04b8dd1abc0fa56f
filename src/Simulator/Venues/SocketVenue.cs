using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues;

// A venue with sockets: who gets in, and who is there.
public abstract class SocketVenue(string name, VenueFaults faults, Agenda agenda) : Venue(name, faults)
{
    private const int MostConnections = 1_000;

    // Replaced, never changed: a connection may leave while frames go out to all of them.
    private Connection[] _connections = [];

    public override IReadOnlyList<Connection> Connections => _connections;

    protected Agenda Agenda => agenda;

    public Handshake Open(Dial dial, IWire wire)
    {
        if (Faults.Handshake(FaultKind.Hang) is not null) return Handshake.Hang;
        var refusal = Faults.Handshake(FaultKind.Status) is { } status
            ? new Refusal(status.Fault.Status, "REFUSED", "refused by a fault", status.Fault.RetryAfter)
            : Refuse(dial);
        if (refusal is null && _connections.Length >= MostConnections) refusal = new Refusal(503, "CAPACITY", $"{MostConnections} connections are open");
        if (refusal is not null)
        {
            Refused++;
            return new Handshake(null, refusal with { Body = Body(refusal) });
        }
        var line = new FaultLine(++Accepted, wire, Faults, agenda);
        var connection = Accept(Accepted, line, dial);
        line.Ending = () => Left(connection);
        _connections = [.. _connections, connection];
        Opened(connection);
        if (Faults.Handshake(FaultKind.AcceptThenClose) is { } close) line.Strike(close);
        return new Handshake(connection, null);
    }

    protected virtual Refusal? Refuse(Dial dial) => null;

    protected virtual ReadOnlyMemory<byte>? Body(Refusal refusal) => null;

    protected abstract Connection Accept(int id, FaultLine line, Dial dial);

    protected virtual void Opened(Connection connection)
    {
    }

    private void Left(Connection connection) => _connections = [.. _connections.Where(other => other != connection)];
}
