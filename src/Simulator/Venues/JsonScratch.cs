using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Oddswire.Simulator.Venues;

// The buffer in which the frames of a venue are written, one at a time.
internal sealed class JsonScratch
{
    // After an answer of many megabytes the memory is given back.
    private const int LargestKept = 1024 * 1024;

    // As the venues write: no more escapes than JSON asks for.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private ArrayBufferWriter<byte> _buffer = new(1_024);

    public byte[] Write<T>(T content, Action<Utf8JsonWriter, T> write)
    {
        if (_buffer.Capacity > LargestKept) _buffer = new ArrayBufferWriter<byte>(1_024);
        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_buffer, Plain);
        write(json, content);
        json.Flush();
        return _buffer.WrittenSpan.ToArray();
    }
}
