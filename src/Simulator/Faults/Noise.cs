using Oddswire.Simulator.Venues;

namespace Oddswire.Simulator.Faults;

// Frames that no protocol knows: garbage, and the plain sentences that proxies and venues send now and then.
internal static class Noise
{
    private static readonly string[] Sentences =
        ["NO NEW ASSETS", "INVALID OPERATION", "upstream connect error or disconnect/reset before headers", "Too Many Requests", "PONG"];

    private static readonly byte[][] Garbage =
    [
        [.. "{\"topic\":\"activity\",\"type\":\"trades\",\"payload\":{\"asset\":\"7255"u8],
        [.. "{\"payload\":"u8, .. Enumerable.Repeat((byte)'[', 2_000)],
        [.. "null"u8],
        [.. "[]"u8],
        [.. "42"u8],
        [.. "{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":null}"u8],
        [.. "{\"topic\":\"activity\",\"type\":\"trades\",\"timestamp\":\"soon\",\"payload\":{\"price\":{},\"size\":[]}}"u8],
        [.. "{\"type\":\"event\",\"subscription_id\":7,\"data\":\"none\"}"u8],
    ];

    public static ServerFrame Frame(ActiveFault fault)
    {
        if (fault.Fault.Kind == FaultKind.Text) return ServerFrame.Noise(System.Text.Encoding.UTF8.GetBytes(Sentences[fault.Roll(Sentences.Length)]), binary: false);
        var kind = fault.Roll(Garbage.Length + 1);
        return kind < Garbage.Length ? ServerFrame.Noise(Garbage[kind], binary: false) : ServerFrame.Noise(Bytes(fault), binary: true);
    }

    public static byte[] Bytes(ActiveFault fault)
    {
        var bytes = new byte[64];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)fault.Roll(256);
        return bytes;
    }
}
