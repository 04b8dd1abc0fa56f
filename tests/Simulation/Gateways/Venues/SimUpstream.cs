using Oddswire.Actors.Ports;
using Oddswire.Simulation.Worlds;
using Oddswire.Simulator.Venues;

namespace Oddswire.Simulation.Gateways.Venues;

/// <summary>The way of one process to the venues. An address names its venue: ws://rtds/.</summary>
internal sealed class SimUpstream(Process process, Street street) : IUpstream
{
    private readonly Random _random = process.World.Seed.For($"{process} upstream");
    private readonly List<SimSocket> _sockets = [];

    public async ValueTask<IUpstreamSocket> Dial(UpstreamAddress address, CancellationToken cancel)
    {
        // A venue that hangs never answers: giving up is the dialler's business, and so is a socket that comes after that.
        var answer = new TaskCompletionSource<IUpstreamSocket>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.World.After(Latency(), () => Knock(address.Url, answer));
        return await answer.Task;
    }

    /// <summary>The process is dead, and its sockets with it.</summary>
    internal void End()
    {
        foreach (var socket in _sockets)
            socket.HangUp();
    }

    private void Knock(Uri address, TaskCompletionSource<IUpstreamSocket> answer)
    {
        var venue = address.Host;
        if (!process.Alive)
            return;
        var socket = new SimSocket(process.World, street, Latency);
        var handshake = street.Use(standIn => standIn.Open(venue, Simulator.Venues.Dial.To(address.AbsolutePath), socket));
        process.World.Observe(new VenueObservation.Dialled(process, venue, handshake));
        if (handshake.Connection is { } connection)
        {
            _sockets.Add(socket);
            socket.Connected(connection);
            Answer(() => answer.SetResult(socket));
        }
        else if (handshake.Refusal is { } refusal)
        {
            Answer(() => answer.SetException(Refused(refusal)));
        }
    }

    private void Answer(Action answer) => process.World.After(Latency(), () =>
    {
        if (process.Alive)
            answer();
    });

    internal static DialFailedException Refused(Refusal refusal) => new(refusal.Message)
    {
        Status = refusal.Status,
        RetryAfter = refusal.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };

    private TimeSpan Latency() => TimeSpan.FromMilliseconds(_random.LogUniform(0.2, 40));
}
