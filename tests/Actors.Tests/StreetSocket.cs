using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulator.Venues;

namespace Oddswire.Actors.Tests;

/// <summary>A socket to a venue of the street, without a network.</summary>
internal sealed class StreetSocket : IUpstreamSocket, IWire
{
    private readonly Street _street;
    private readonly Inbox _inbox = new();
    private Connection _connection = null!;

    private StreetSocket(Street street) => _street = street;

    /// <param name="never">What a dial gets that the venue does not answer.</param>
    internal static ValueTask<IUpstreamSocket> Open(Street street, string venue, Dial dial, Func<Task<IUpstreamSocket>> never)
    {
        var socket = new StreetSocket(street);
        var handshake = street.Use(standIn => standIn.Open(venue, dial, socket));
        if (handshake.Refusal is { } refusal)
            return ValueTask.FromException<IUpstreamSocket>(SimUpstream.Refused(refusal));
        if (handshake.Connection is not { } connection)
            return new(never());
        socket._connection = connection;
        return new(socket);
    }

    public ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> Receive(CancellationToken cancel) => _inbox.Receive();

    public void Send(ReadOnlyMemory<byte> text)
    {
        var bytes = text.ToArray();
        _street.Use(_ => _connection.Receive(new ClientFrame(ClientFrameKind.Text, bytes)));
    }

    /// <summary>Who reads is told here: a cancellation would tell him on another thread.</summary>
    public ValueTask DisposeAsync()
    {
        _inbox.End(new UpstreamClosedException("hung up"));
        _street.Use(_ => _connection.Lost());
        return default;
    }

    void IWire.Send(in ServerFrame frame)
    {
        if (frame.Kind is FrameKind.Text or FrameKind.Binary)
            _inbox.Arrive(frame.Payload());
        else if (frame.Kind is FrameKind.Close)
            _inbox.End(new UpstreamClosedException("closed") { Code = frame.Code, Reason = frame.Reason });
        else if (frame.Ends)
            _inbox.End(new UpstreamClosedException("dropped"));
    }
}
