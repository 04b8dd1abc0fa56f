using Oddswire.Simulator.Shell.Sockets;
using Oddswire.Simulator.Venues;
using Xunit;

namespace Oddswire.Simulator.Tests.Shell.Sockets;

public sealed class OutboxTests : IDisposable
{
    private readonly Outbox _outbox;
    private int _cutOff;

    public OutboxTests() => _outbox = new Outbox(limit: 100, () => _cutOff++);

    [Fact]
    public async Task All_that_waits_is_taken_at_once_and_in_order()
    {
        for (var size = 1; size <= 3; size++) _outbox.Send(Frame(size));
        Assert.Equal([1, 2, 3], (await Take()).Select(frame => frame.Length));
        _outbox.Send(Frame(4));
        Assert.Equal([4], (await Take()).Select(frame => frame.Length));
    }

    [Fact]
    public async Task Who_takes_too_early_waits_for_the_next_frame()
    {
        var taking = Take();
        Assert.False(taking.IsCompleted);
        _outbox.Send(Frame(5));
        Assert.Single(await taking);
    }

    [Fact]
    public async Task A_client_that_lets_it_run_full_is_cut_off_once()
    {
        _outbox.Send(Frame(60));
        Assert.Equal(0, _cutOff);
        _outbox.Send(Frame(60));
        _outbox.Send(Frame(60));
        Assert.Equal((1, true), (_cutOff, _outbox.Overflowed));
        Assert.Single(await Take());
    }

    [Fact]
    public async Task What_was_taken_no_longer_counts()
    {
        _outbox.Send(Frame(60));
        await Take();
        _outbox.Send(Frame(60));
        Assert.Equal((0, false), (_cutOff, _outbox.Overflowed));
    }

    [Fact]
    public void A_drop_does_not_wait_for_its_turn()
    {
        _outbox.Send(Frame(60));
        _outbox.Send(ServerFrame.Drop());
        Assert.Equal((1, false), (_cutOff, _outbox.Overflowed));
    }

    [Fact]
    public async Task Nothing_follows_a_close()
    {
        _outbox.Send(ServerFrame.Close(1000, ""));
        _outbox.Send(Frame(1));
        Assert.Equal([FrameKind.Close], (await Take()).Select(frame => frame.Kind));
    }

    public void Dispose() => _outbox.Dispose();

    private Task<IReadOnlyList<ServerFrame>> Take() => _outbox.Take(TestContext.Current.CancellationToken).AsTask();

    private static ServerFrame Frame(int size) => ServerFrame.Reply(new byte[size]);
}
