using System.Buffers.Binary;
using System.Text;
using Oddswire.Host.Downstream;
using Oddswire.Host.Tests.Live;
using Xunit;

namespace Oddswire.Host.Tests.Downstream.Conformance;

/// <summary>RFC 6455 case by case over a real connection: exactly what the suite expects comes back, in its order, and nothing else.</summary>
public sealed class AutobahnTests
{
    private static readonly Dictionary<string, Case> Cases = AutobahnCases.All().ToDictionary(static one => one.Number, static one => one.Case);

    public static TheoryData<string> Numbers => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task The_case_of_this_number_is_passed(string number)
    {
        var one = Cases[number];
        await using var peer = await EchoPeer.Start(TestContext.Current.CancellationToken);
        var sending = Send(peer.Client, one);
        // Whatever is still open is closed by us, so that nothing more than what is expected can hide.
        var closesItself = one.Expected is [.., ['C', ..]];
        string[] expected = closesItself ? one.Expected : [.. one.Expected, "C 1000"];
        var heard = new List<string>();
        while (heard.Count < expected.Length)
        {
            if (!closesItself && heard.Count == expected.Length - 1)
            {
                await sending;
                await peer.Client.Frame(Case.Close, [0x03, 0xE8]);
            }
            if (await peer.Client.Next() is not var (opcode, payload))
                break;
            heard.Add(Said(opcode, payload));
        }
        await sending;
        Assert.Equal(expected.Select(Shortened), heard.Select(Shortened));
    }

    [Fact]
    public void Every_family_that_is_about_a_server_without_compression_is_here()
    {
        var families = Cases.Keys.GroupBy(static number => number.Split('.')[0]).ToDictionary(static family => family.Key, static family => family.Count());
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "9"], families.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((15, 11, 7, 10, 20), (families["1"], families["2"], families["3"], families["4"], families["5"]));
        Assert.Equal(145, families["6"]);
    }

    private static async Task Send(RawSocket client, Case one)
    {
        foreach (var piece in one.Sent.Chunk(one.Chop == 0 ? one.Sent.Length : one.Chop))
            await client.Bytes(piece);
    }

    private static string Said(Opcode opcode, byte[] payload) => opcode switch
    {
        Opcode.Text => "T " + Encoding.UTF8.GetString(payload),
        Opcode.Pong => "P " + Convert.ToHexString(payload),
        Opcode.Close => $"C {(payload.Length == 0 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload))}",
        _ => $"{opcode}",
    };

    // A megabyte of stars helps nobody who reads why a test failed.
    private static string Shortened(string said) => said.Length <= 200 ? said : $"{said[..100]}... {said.Length} {said.GetHashCode(StringComparison.Ordinal)}";
}
