using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

/// <summary>Client to server on both channels: read by the gateway, written by its own feeds.</summary>
public static class ClobCommandCodec
{
    /// <summary>A text frame, due every 10 s: without it an idle connection is dropped without a close frame.</summary>
    public static ReadOnlySpan<byte> Ping => "PING"u8;

    /// <summary>The answer to a heartbeat, in the case in which it was asked; empty for what is none.</summary>
    public static ReadOnlySpan<byte> PongFor(ReadOnlySpan<byte> frame) =>
        frame.SequenceEqual("PING"u8) ? "PONG"u8 : frame.SequenceEqual("ping"u8) ? "pong"u8 : default;

    /// <summary>Not more than <paramref name="mostIds"/> tokens or markets in one frame. False: <paramref name="problem"/> says what is wrong with it.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> frame, int mostIds, [NotNullWhen(true)] out ClobCommand? command, [NotNullWhen(false)] out string? problem)
    {
        command = null;
        var draft = new ClobCommandDraft(mostIds);
        try
        {
            var reader = new Utf8JsonReader(frame, JsonInput.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                problem = "the frame is no JSON object";
                return false;
            }
            draft.Read(ref reader);
            reader.Read(); // throws if something follows the object
        }
        catch (JsonException fault)
        {
            problem = "the frame is " + JsonInput.Describe(fault);
            return false;
        }
        return draft.TryFinish(out command, out problem);
    }

    /// <summary>Whether what could not be decoded is a JSON object all the same: the venue has a word for each.</summary>
    public static bool IsObject(ReadOnlySpan<byte> frame)
    {
        try
        {
            var reader = new Utf8JsonReader(frame, JsonInput.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            reader.Skip();
            reader.Read(); // throws if something follows the object
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The first frame of a market connection.</summary>
    public static void EncodeOpen(ReadOnlySpan<TokenId> assets, bool customFeatures, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"assets_ids\":"u8);
        output.QuotedList(assets);
        output.Raw(",\"type\":\"market\""u8);
        output.Raw(customFeatures ? ",\"custom_feature_enabled\":true}"u8 : "}"u8);
        output.Done();
    }

    /// <summary>A change in mid-connection. A subscribe that did not repeat the custom features would turn them off for all tokens.</summary>
    public static void EncodeChange(ClobOperation operation, ReadOnlySpan<TokenId> assets, bool customFeatures, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw(operation == ClobOperation.Unsubscribe ? "{\"operation\":\"unsubscribe\",\"assets_ids\":"u8 : "{\"operation\":\"subscribe\",\"assets_ids\":"u8);
        output.QuotedList(assets);
        output.Raw(customFeatures && operation == ClobOperation.Subscribe ? ",\"custom_feature_enabled\":true}"u8 : "}"u8);
        output.Done();
    }

    /// <summary>The first frame of a user connection. It carries the secret in clear, as the venue wants it.</summary>
    public static void EncodeUserOpen(ClobCredentials credentials, ReadOnlySpan<ConditionId> markets, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"auth\":{\"apiKey\":"u8);
        output.Text(credentials.ApiKey);
        output.Raw(",\"secret\":"u8);
        output.Text(credentials.Secret);
        output.Raw(",\"passphrase\":"u8);
        output.Text(credentials.Passphrase);
        output.Raw("},\"type\":\"user\",\"markets\":"u8);
        output.QuotedList(markets);
        output.Raw("}"u8);
        output.Done();
    }

    public static void EncodeUserChange(ClobOperation operation, ReadOnlySpan<ConditionId> markets, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw(operation == ClobOperation.Unsubscribe ? "{\"operation\":\"unsubscribe\",\"markets\":"u8 : "{\"operation\":\"subscribe\",\"markets\":"u8);
        output.QuotedList(markets);
        output.Raw("}"u8);
        output.Done();
    }
}
