using Oddswire.Host.CommandLine;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>What clients see of a planned stop, from sockets that know only bytes.</summary>
[Collection(nameof(LiveGateway))]
public sealed class StopTests(LiveGateway gateway)
{
    [Fact]
    public async Task Who_answers_the_close_is_waited_for_and_who_does_not_holds_nobody_up()
    {
        using var polite = await RawSocket.Open(gateway.Sockets);
        using var deaf = await RawSocket.Open(gateway.Sockets);
        var stopping = gateway.Stop();
        Assert.Equal((1012, 1012), (await polite.ClosedWith(), await deaf.ClosedWith()));
        await polite.Frame(0x88, [0x03, 0xF4]);
        Assert.Null(await polite.Next());       // an end in good order, and no reset
        Assert.Equal(ExitCode.Done, await stopping);
        await deaf.Ended();
        await gateway.Start();
    }
}
