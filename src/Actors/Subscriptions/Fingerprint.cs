using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Oddswire.Messages.Subscriptions;

namespace Oddswire.Actors.Subscriptions;

/// <summary>What a command asks, as a short text: the same command given again has the same one.</summary>
internal static class Fingerprint
{
    internal static string Of(DurableCommand.Changing command)
    {
        var asked = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(asked))
        {
            json.WriteStartObject();
            json.WriteString("command", command.GetType().Name);
            switch (command)
            {
                case DurableCommand.Create create:
                    json.WriteString("name", create.Name);
                    json.WriteString("from", create.From?.ToString());
                    json.WritePropertyName("filter");
                    FilterJson.Write(json, create.Filter);
                    break;
                case DurableCommand.Change change:
                    json.WriteString("id", change.Id.ToString());
                    json.WriteString("name", change.Name);
                    if (change.Filter is { } filter)
                    {
                        json.WritePropertyName("filter");
                        FilterJson.Write(json, filter);
                    }
                    break;
                case DurableCommand.Resume resume:
                    json.WriteString("id", resume.Id.ToString());
                    json.WriteBoolean("skip", resume.Skip);
                    break;
                default:
                    json.WriteString("id", command.Id.ToString());
                    break;
            }
            json.WriteEndObject();
        }
        return Convert.ToHexStringLower(SHA256.HashData(asked.WrittenSpan).AsSpan(0, 8));
    }
}
