using System.Text;
using Oddswire.Host.Downstream;
using Oddswire.Host.Downstream.Connections;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Downstream;

/// <summary>The sending side over a line that takes so much and so late as the test says.</summary>
public sealed class ClientSocketWritingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ManualClock _clock = new();
    private readonly SlowLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public async Task What_the_kernel_took_of_one_buffer_is_left_out_of_that_one_only()
    {
        await using var socket = new ClientSocket(_line, _clock);
        _line.AtOnce = 3;
        Text(socket, "first");
        Text(socket, "second");
        socket.Close(1000, "");
        Assert.Equal("\u0081\u0005f", _line.Taken);
        _line.TakesAll.SetResult();
        await socket.Drained.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal("\u0081\u0005first\u0081\u0006second\u0088\u0002\u0003\u00e8", _line.Taken);
    }

    [Fact]
    public async Task A_close_that_the_kernel_takes_at_once_is_out()
    {
        await using var socket = new ClientSocket(_line, _clock);
        socket.Close(1000, "");
        Assert.True(socket.Drained.IsCompleted);
    }

    [Fact]
    public async Task Who_does_not_take_its_close_is_dropped()
    {
        await using var socket = new ClientSocket(_line, _clock);
        _line.AtOnce = 0;
        Text(socket, "first");
        socket.Close(1000, "");
        Assert.False(_clock.FireNext(TimeSpan.FromSeconds(2)));
        Assert.False(_line.IsAborted);
        Assert.True(_clock.FireNext(TimeSpan.FromSeconds(3)));
        Assert.True(_line.IsAborted);
        Assert.True(socket.Drained.IsCompleted);
    }

    private static void Text(ClientSocket socket, string text)
    {
        socket.Text(Encoding.ASCII.GetBytes(text), default, default);
        socket.Flush();
    }

    private sealed class SlowLine : Line
    {
        private readonly StringBuilder _taken = new();

        internal int AtOnce { get; set; } = int.MaxValue;

        /// <summary>The client reads.</summary>
        internal TaskCompletionSource TakesAll { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        internal bool IsAborted { get; private set; }
        internal string Taken => _taken.ToString();

        internal override int Send(ReadOnlySpan<byte> bytes)
        {
            var sent = Math.Min(AtOnce, bytes.Length);
            _taken.Append(Encoding.Latin1.GetString(bytes[..sent]));
            return sent;
        }

        internal override async ValueTask Write(ReadOnlyMemory<byte> bytes)
        {
            await TakesAll.Task;
            _taken.Append(Encoding.Latin1.GetString(bytes.Span));
        }

        internal override ValueTask<int> Read(Memory<byte> room, CancellationToken cancel = default) => throw new NotSupportedException();
        internal override void Abort() => IsAborted = true;

        public override void Dispose()
        {
        }
    }
}
