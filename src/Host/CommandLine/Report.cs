using System.Text.Json;
using Oddswire.Host.Downstream;

namespace Oddswire.Host.CommandLine;

/// <summary>What a verb makes of an answer: the body for whoever prints it, or a sentence on stderr and the code for scripts.</summary>
internal static class Report
{
    /// <summary>Throws <see cref="RefusedException"/> when the gateway did not do what was asked.</summary>
    internal static JsonElement Body(Answer answer)
    {
        if (!answer.IsDone)
            throw Refusal(answer);
        return answer.Body.IsEmpty ? default : JsonElement.Parse(answer.Body.Span);
    }

    private static RefusedException Refusal(Answer answer)
    {
        try
        {
            var body = JsonElement.Parse(answer.Body.Span);
            var field = body.TryGetProperty("field", out var name) ? $"{name.GetString()}: " : "";
            var sentence = answer.Status == 401
                ? "the gateway does not know this key: --key KEY, or ODDSWIRE_KEY; the first key of a store is made with `oddswire keys add NAME --offline`"
                : body.GetProperty("message").GetString();
            return new RefusedException($"{field}{sentence} ({answer.Status} {body.GetProperty("error").GetString()})", answer.Status == 400);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new RefusedException($"what answers there is no gateway: HTTP {answer.Status}", isUsage: false);
        }
    }
}

/// <summary>The gateway said no.</summary>
internal sealed class RefusedException(string message, bool isUsage) : Exception(message)
{
    internal bool IsUsage => isUsage;
}
