using System.Collections.Immutable;
using System.Text;

namespace Oddswire.Host.Hocon;

/// <summary>
/// Files, read within limits. A relative name counts from the file that includes it, then from <paramref name="shared"/>;
/// the name of the first file, and of a file that a value on the command line includes, from <paramref name="folder"/>.
/// </summary>
internal sealed class Sources(string folder, string? shared)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Stack<string> _open = [];
    private int _files;
    private int _bytes;

    public ObjectNode File(string name) =>
        Exists(name) ? Parse(name, Position.Whole(name), [], depth: 0) : throw Missing(Position.Whole(name), name);

    /// <summary>Null: there is no such file and none is required.</summary>
    public ObjectNode? Include(string name, Position at, bool required, ImmutableArray<string> scope, int depth)
    {
        string[] candidates = [Beside(at, name), Beside(at, name + ".conf"), .. shared is null ? Array.Empty<string>() : [Path.Combine(shared, name), Path.Combine(shared, name + ".conf")]];
        if (Array.Find(candidates, Exists) is { } found) return Parse(found, at, scope, depth);
        return required ? throw Missing(at, candidates[0]) : null;
    }

    private static string Beside(Position at, string name) => Path.Combine(Path.GetDirectoryName(at.Source) ?? "", name);

    private static ConfigurationException Missing(Position at, string name) => new(at, $"a file {name}", "none");

    private string FullPath(string name) => Path.GetFullPath(Path.Combine(folder, name));

    private bool Exists(string name) => !name.Contains('\0') && Path.Exists(FullPath(name));

    private ObjectNode Parse(string name, Position from, ImmutableArray<string> scope, int depth)
    {
        var path = FullPath(name);
        if (_open.Contains(path)) throw new ConfigurationException(from, "a file that does not include itself", name);
        if (++_files > Limits.Files) throw new ConfigurationException(from, $"at most {Limits.Files} files", "one more");
        _open.Push(path);
        var root = new Parser(new Scanner(name, Text(Bytes(path, from), name)), this, scope, depth).File();
        _open.Pop();
        return root;
    }

    private ReadOnlySpan<byte> Bytes(string path, Position from)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            // Not by its length: a pipe has none.
            var buffer = new byte[Limits.FileBytes + 1];
            var count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            _bytes += count;
            if (count > Limits.FileBytes) throw new ConfigurationException(from, $"at most {Limits.FileBytes >> 20} MiB in a file", "more");
            if (_bytes > Limits.TotalBytes) throw new ConfigurationException(from, $"at most {Limits.TotalBytes >> 20} MiB in all files", "more");
            return buffer.AsSpan(0, count);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(from, "a file that can be read", cause.Message);
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException wrong)
        {
            var before = bytes[..wrong.Index];
            var at = new Position(name, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
            throw new ConfigurationException(at, "UTF-8", $"the byte {wrong.BytesUnknown?[0]:X2}", "save the file as UTF-8");
        }
    }
}
