using System.Net.Sockets;
using Oddswire.Host.Downstream.Connections;
using Xunit;

namespace Oddswire.Host.Tests.Downstream.Connections;

public sealed class OpenLinesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_stop_waits_for_all_that_were_opened_and_for_nobody_else()
    {
        var lines = new OpenLines(TimeProvider.System);
        await lines.End(CancellationToken.None).WaitAsync(Patience, TestContext.Current.CancellationToken);
        using var one = Open();
        using var other = Open();
        var end = lines.End(CancellationToken.None);
        one.Dispose();
        Assert.False(end.IsCompleted);
        other.Dispose();
        await end.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await lines.End(CancellationToken.None).WaitAsync(Patience, TestContext.Current.CancellationToken);

        SocketLine Open() => new SocketLine(new Socket(SocketType.Stream, ProtocolType.Tcp)).Open(default, lines);
    }
}
