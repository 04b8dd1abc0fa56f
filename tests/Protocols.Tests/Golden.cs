using System.Buffers;
using System.Text;

namespace Oddswire.Protocols.Tests;

/// <summary>
/// One file per wire sample, named by page and section of the protocol references; what the page abbreviates is written
/// out. A file is one frame and a line feed that is not part of it.
/// </summary>
internal static class Golden
{
    public delegate void Encoder(IBufferWriter<byte> output);

    public static byte[] Bytes(string name) => Encoding.UTF8.GetBytes(Text(name));

    public static string Text(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".json")).TrimEnd('\n');

    public static void Matches(string name, Encoder encode) => Assert.Equal(Text(name), Written(encode));

    public static string Written(Encoder encode)
    {
        var output = new ArrayBufferWriter<byte>();
        encode(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static IEnumerable<string> All(string page) => Directory
        .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Golden"), page + "*.json")
        .Select(static file => Path.GetFileNameWithoutExtension(file))
        .Order(StringComparer.Ordinal);
}
