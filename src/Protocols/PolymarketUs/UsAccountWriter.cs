using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Writes the payloads of the private socket as today's venue does. What is unset is null or an empty text there, as with protojson.</summary>
public static class UsAccountWriter
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The key of the payload.</summary>
    public static ReadOnlySpan<byte> KeyOf(UsAccountEvent told) => told switch
    {
        UsAccountEvent.OrderSnapshot => "orderSubscriptionSnapshot"u8,
        UsAccountEvent.OrderUpdate => "orderSubscriptionUpdate"u8,
        UsAccountEvent.PositionSnapshot => "positionSubscriptionSnapshot"u8,
        UsAccountEvent.PositionUpdate => "positionSubscription"u8,
        UsAccountEvent.BalanceSnapshot => "accountBalancesSnapshot"u8,
        _ => "accountBalancesUpdate"u8,
    };

    public static void Encode(UsAccountEvent told, IBufferWriter<byte> payload)
    {
        using var writer = new Utf8JsonWriter(payload, Plain);
        switch (told)
        {
            case UsAccountEvent.OrderSnapshot(var orders, var eof):
                writer.WriteStartObject();
                List(writer, "orders"u8, orders);
                writer.WriteBoolean("eof"u8, eof);
                writer.WriteEndObject();
                break;
            case UsAccountEvent.OrderUpdate(var execution):
                One(writer, "execution"u8, execution);
                break;
            case UsAccountEvent.PositionSnapshot(var positions, var eof):
                writer.WriteStartObject();
                writer.WriteStartObject("positions"u8);
                foreach (var (slug, position) in positions)
                {
                    writer.WritePropertyName(slug);
                    UsAccountJson.Write(writer, position, UsSpelling.Camel);
                }
                writer.WriteEndObject();
                writer.WriteBoolean("eof"u8, eof);
                writer.WriteEndObject();
                break;
            case UsAccountEvent.PositionUpdate(var change):
                UsAccountJson.Write(writer, change, UsSpelling.Camel);
                break;
            case UsAccountEvent.BalanceSnapshot(var balances):
                writer.WriteStartObject();
                List(writer, "balances"u8, balances);
                writer.WriteEndObject();
                break;
            case UsAccountEvent.BalanceUpdate(var change):
                One(writer, "balanceChange"u8, change);
                break;
        }
    }

    /// <summary>A position alone, as it stands in a change of it.</summary>
    public static void Encode(UsPosition position, IBufferWriter<byte> json)
    {
        using var writer = new Utf8JsonWriter(json, Plain);
        UsAccountJson.Write(writer, position, UsSpelling.Camel);
    }

    private static void One<T>(Utf8JsonWriter writer, ReadOnlySpan<byte> name, T value)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(name);
        UsAccountJson.Write(writer, value, UsSpelling.Camel);
        writer.WriteEndObject();
    }

    private static void List<T>(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<T> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) UsAccountJson.Write(writer, value, UsSpelling.Camel);
        writer.WriteEndArray();
    }
}
