using System.Text.Json;

namespace Oddswire.Simulator.Faults;

// Faults with the time at which each is to happen, counted from the start: a JSON list of {"at": "10s", "fault": {...}}.
public sealed record Scenario(IReadOnlyList<ScenarioStep> Steps)
{
    private const int MostSteps = 10_000;

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static Scenario Parse(string text)
    {
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(text, Lenient);
        }
        catch (JsonException e)
        {
            throw new FaultRejectedException("scenario", $"not JSON, line {e.LineNumber + 1}: {e.Message}");
        }
        using (json)
        {
            if (json.RootElement.ValueKind != JsonValueKind.Array) throw new FaultRejectedException("scenario", "expected a list of {at, fault}");
            if (json.RootElement.GetArrayLength() > MostSteps) throw new FaultRejectedException("scenario", $"at most {MostSteps} steps");
            return new Scenario([.. json.RootElement.EnumerateArray().Select(Read)]);
        }
    }

    private static ScenarioStep Read(JsonElement json, int index)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new FaultRejectedException($"[{index}]", "expected an object with at and fault");
        foreach (var field in json.EnumerateObject())
            if (field.Name is not ("at" or "fault")) throw new FaultRejectedException($"[{index}].{field.Name}", "unknown field; known are at, fault");
        if (!json.TryGetProperty("at", out var at) || at.ValueKind != JsonValueKind.String || !Durations.TryParse(at.GetString()!, out var time))
            throw new FaultRejectedException($"[{index}].at", "expected a duration such as 30s");
        if (!json.TryGetProperty("fault", out var fault)) throw new FaultRejectedException($"[{index}].fault", "is missing");
        try
        {
            return new ScenarioStep(time, FaultReader.Read(fault));
        }
        catch (FaultRejectedException e)
        {
            throw new FaultRejectedException($"[{index}].fault.{e.Field}", e.Message);
        }
    }
}

public sealed record ScenarioStep(TimeSpan At, Fault Fault);
