using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Dome;

/// <summary>Reads back the data object that <see cref="DomeEventCodec.EncodeData"/> wrote: the form in which fills are stored.</summary>
public static class DomeDataCodec
{
    /// <summary>Null when it is no fill.</summary>
    public static Fill? Decode(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data, JsonInput.Options);
            return reader.Read() ? default(DomeFillDraft).Decode(ref reader) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
