using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Oddswire.Benchmarks.Measuring;
using Oddswire.Host.Downstream;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Benchmarks.Stages;

/// <summary>Where the time of one event goes: nanoseconds and bytes of each stage by itself, and of the whole way without sockets.</summary>
internal sealed class StageSuite(bool quick)
{
    private const int Clients = 1000;

    private readonly int _times = quick ? 5_000 : 50_000;
    private readonly int _batches = quick ? 60 : 600;

    internal async Task<IReadOnlyList<Row>> Run()
    {
        var (parse, match, wrap) = (Parse(), Match(1), Wrap());
        var each = parse.Nanoseconds + match.Nanoseconds + wrap.Nanoseconds;
        List<Row> rows =
        [
            Line("read a frame: parse its JSON, make the fill, see that its bytes are ours", parse),
            Line("match it with a filter of one wallet", match),
            Line("match it with a filter of 100,000 wallets", Match(100_000)),
            Line("encode it, once for everybody, when it came otherwise", Encode()),
            Line("wrap it for a client: header, prefix, data, into its buffer", wrap),
            new Row("parse + match + wrap, of what came as it goes out", $"{each:0} ns") { Target = "<= 500 ns", Passed = each <= 500 },
            Line("the kernel's send, one frame", await Send(1)),
            Line("the kernel's send, of sixteen, each", await Send(16)),
        ];
        var one = await WholeWay.Measure(new Crowd(Clients), 256, _batches);
        var all = await WholeWay.Measure(new Crowd(Clients, Each: Clients), 16, _batches);
        var delivery = ((all.Nanoseconds - one.Nanoseconds) / (Clients - 1), (all.Bytes - one.Bytes) / (Clients - 1));
        rows.Add(Line($"the whole way without sockets, {Clients:N0} clients, one of them wants it", (one.Nanoseconds, one.Bytes)));
        rows.Add(Line("the same, all of them want it, 16 events at a time", (all.Nanoseconds, all.Bytes)));
        rows.Add(Line("so each delivery more", delivery) with { Target = "0 B", Passed = delivery.Item2 < 1 });
        rows.AddRange(Books());
        return rows;
    }

    /// <summary>A frame has two changes, one of each token.</summary>
    internal IEnumerable<Row> Books()
    {
        var changes = new BookChanges();
        var (ours, plain) = Loop.BestOfBoth(changes.Ours, _times, changes.Plain, _times / 5);
        var times = plain.Nanoseconds / ours.Nanoseconds;
        return
        [
            Line("price changes, bytes to book, a frame: beside System.Text.Json and SortedDictionary", ours) with
            {
                Measured = $"{ours.Nanoseconds:N0} ns, {ours.Bytes:N1} B",
                Yardstick = $"{plain.Nanoseconds:N0} ns", Ratio = $"{times:0.0}", Target = ">= 5 times, 0 B", Passed = times >= 5 && ours.Bytes < 1,
            },
            Line("the same with System.Text.Json and SortedDictionary alone", plain),
        ];
    }

    private static Row Line(string what, (double Nanoseconds, double Bytes) cost) => new(what, $"{cost.Nanoseconds:N0} ns") { BytesEach = $"{cost.Bytes:N1}" };

    private (double Nanoseconds, double Bytes) Parse()
    {
        var frame = new Fills().Frame;
        DomeServerFrameCodec.Decode(frame, out var data);
        if (!data.Span.SequenceEqual(Fills.Encoded().Span))
            throw new InvalidOperationException("this frame comes as it goes out");
        return Loop.Best(() => DomeServerFrameCodec.Decode(frame, out _), _times);
    }

    private (double Nanoseconds, double Bytes) Match(int wallets)
    {
        var filter = OrderFilter.Of([.. Enumerable.Range(1, wallets).Select(Fills.Wallet)]);
        return Loop.Best(() => filter.Matches(Fills.Sample), _times);
    }

    private (double Nanoseconds, double Bytes) Encode()
    {
        var data = new ArrayBufferWriter<byte>(2048);
        return Loop.Best(
            () =>
            {
                data.ResetWrittenCount();
                DomeEventCodec.EncodeData(Fills.Sample, data);
            },
            _times);
    }

    /// <summary>Sixteen at a time into a socket that takes them at no cost.</summary>
    private (double Nanoseconds, double Bytes) Wrap()
    {
        var data = new ArrayBufferWriter<byte>();
        DomeEventCodec.EncodeData(Fills.Sample, data);
        var (body, prefix) = (data.WrittenSpan.ToArray(), DomeEventCodec.Prefix(WireText.Parse<SubscriptionId>("sub_0123456789")));
        var socket = new ClientSocket(new NoLine(), TimeProvider.System);
        var gathered = 0;
        return Loop.Best(
            () =>
            {
                socket.Text(prefix, body, DomeEventCodec.NativeSuffix);
                if (++gathered % 16 == 0)
                    socket.Flush();
            },
            _times);
    }

    private async Task<(double Nanoseconds, double Bytes)> Send(int frames)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sender = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await sender.ConnectAsync(listener.LocalEndpoint);
        using var receiver = await listener.AcceptSocketAsync();
        var (bytes, read) = (new byte[frames * 900], new byte[1 << 20]);
        sender.Blocking = false;
        var unread = 0;
        var send = Loop.Best(
            () =>
            {
                unread += sender.Send(bytes, SocketFlags.None, out _);
                // Reading is not what is measured, but somebody has to; seldom enough not to show.
                if (unread > 512 << 10)
                {
                    while (unread > 0)
                        unread -= receiver.Receive(read);
                }
            },
            _times / 10);
        return (send.Nanoseconds / frames, send.Bytes / frames);
    }
}
