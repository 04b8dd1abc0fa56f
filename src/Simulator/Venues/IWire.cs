namespace Oddswire.Simulator.Venues;

// Where the frames of one connection go: a socket, or a pipe in memory. It never blocks; a close or drop frame is its last.
public interface IWire
{
    void Send(in ServerFrame frame);
}
