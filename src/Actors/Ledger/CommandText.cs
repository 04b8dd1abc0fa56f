using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Protocols.Dome;

namespace Oddswire.Actors.Ledger;

/// <summary>
/// What a client asked, as JSON. A filter stands there in full up to a size; beyond it its numbers and its hash: enough to prove that it was
/// this one, and a client that comes back with 100,000 wallets every minute does not fill the disk.
/// </summary>
internal static class CommandText
{
    private const int MostValues = 1_000;

    internal static string Of(ClientAct act)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("action", act.Action);
            if (act.Filter is { } filter)
                Write(json, filter);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, OrderFilter filter)
    {
        var encoded = new ArrayBufferWriter<byte>();
        DomeFilterCodec.Encode(filter, encoded);
        if (filter.Users.Values.Length + filter.Conditions.Values.Length + filter.Slugs.Values.Length <= MostValues)
        {
            json.WritePropertyName("filters");
            json.WriteRawValue(encoded.WrittenSpan, skipInputValidation: true);
            return;
        }
        json.WriteStartObject("filters_too_long");
        json.WriteNumber("users", filter.Users.Values.Length);
        json.WriteNumber("condition_ids", filter.Conditions.Values.Length);
        json.WriteNumber("market_slugs", filter.Slugs.Values.Length);
        json.WriteString("sha256", Convert.ToHexStringLower(SHA256.HashData(encoded.WrittenSpan)));
        json.WriteEndObject();
    }
}
