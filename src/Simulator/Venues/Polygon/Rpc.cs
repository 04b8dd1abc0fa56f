using System.Text.Json;

namespace Oddswire.Simulator.Venues.Polygon;

// The JSON-RPC envelope: single calls and batches in, answers out. What the methods do is given by the caller.
internal sealed class Rpc(Action<RpcRequest, Utf8JsonWriter> result)
{
    private const int LargestBatch = 100;

    private readonly JsonScratch _scratch = new();
    private readonly JsonScratch _answers = new();

    // Null: nothing to answer (notifications only). Method is that of a single call.
    public byte[]? Answer(ReadOnlyMemory<byte> text, out string? method)
    {
        method = null;
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return Error("null", -32700, "parse error");
        }
        using (json)
        {
            if (json.RootElement.ValueKind == JsonValueKind.Array) return Batch(json.RootElement);
            var request = RpcRequest.Read(json.RootElement);
            method = request?.Method;
            return Single(request);
        }
    }

    private byte[]? Batch(JsonElement calls)
    {
        if (calls.GetArrayLength() == 0) return Error("null", -32600, "empty batch");
        if (calls.GetArrayLength() > LargestBatch) return Error("null", -32600, $"batch too large: at most {LargestBatch} calls");
        var answers = calls.EnumerateArray().Select(call => Single(RpcRequest.Read(call))).Where(answer => answer is not null).ToList();
        if (answers.Count == 0) return null;
        return _answers.Write(answers, static (json, list) =>
        {
            json.WriteStartArray();
            foreach (var answer in list) json.WriteRawValue(answer, skipInputValidation: true);
            json.WriteEndArray();
        });
    }

    private byte[]? Single(RpcRequest? request)
    {
        if (request is null) return Error("null", -32600, "invalid request");
        try
        {
            var answer = _scratch.Write((request, result), static (json, call) =>
            {
                json.WriteStartObject();
                json.WriteString("jsonrpc"u8, "2.0"u8);
                json.WritePropertyName("id"u8);
                json.WriteRawValue(call.request.Id ?? "null", skipInputValidation: true);
                json.WritePropertyName("result"u8);
                call.result(call.request, json);
                json.WriteEndObject();
            });
            return request.Id is null ? null : answer;
        }
        catch (RpcException e)
        {
            return request.Id is null ? null : Error(request.Id, e.Code, e.Message);
        }
    }

    private byte[] Error(string id, int code, string message) => _scratch.Write((id, code, message), static (json, error) =>
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        json.WritePropertyName("id"u8);
        json.WriteRawValue(error.id, skipInputValidation: true);
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, error.code);
        json.WriteString("message"u8, error.message);
        json.WriteEndObject();
        json.WriteEndObject();
    });
}
