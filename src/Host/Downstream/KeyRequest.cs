using System.Collections.Immutable;
using System.Text.Json;
using Oddswire.Host.Settings;
using Oddswire.Messages.Keys;

namespace Oddswire.Host.Downstream;

/// <summary>The body of POST /api/v1/keys. What is wrong with it is told with its field; what nobody knows is refused, not passed over.</summary>
internal sealed class KeyRequest
{
    private const int MostScopes = 64;

    internal string Name { get; private set; } = "";
    internal Tier Tier { get; private set; }
    internal ImmutableArray<string> Scopes { get; private set; } = KeyRules.DefaultScopes;
    internal KeyKind Kind { get; private set; }
    internal bool UsLegacy { get; private set; }
    internal bool UsSnake { get; private set; }
    internal int? Subscriptions { get; private set; }
    internal int? Wallets { get; private set; }

    internal KeyRecord Record(KeySecret secret) => new(Name, secret.Hash, Tier, Scopes, Subscriptions, Wallets, CreatedAt: 0)
    {
        Kind = Kind,
        Signing = secret is { KeyId: { } id, PublicKey: { } publicKey } ? new SigningKey(id, publicKey, UsLegacy, UsSnake) : null,
    };

    internal static (KeyRequest? Request, Answer Refusal) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var request = new KeyRequest();
            return request.Read(document.RootElement) is { } refusal ? (null, refusal) : (request, default);
        }
        catch (JsonException e)
        {
            return (null, Answer.Error(400, "INVALID_JSON", $"the body is no JSON: {e.Message}"));
        }
    }

    private Answer? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return Answer.Error(400, "INVALID_JSON", """the body is an object such as {"name":"desk","tier":"dev"}""");
        var fault = root.EnumerateObject().Select(Field).FirstOrDefault(static fault => fault is not null);
        if (fault is not null)
            return fault;
        if (Name.Length == 0)
            return Invalid("name", "give the key a name: 1 to 64 letters, digits, - _ .");
        if (!root.TryGetProperty("tier", out _))
            return Invalid("tier", "tier is free, dev or enterprise");
        if (Kind != KeyKind.Ed25519 && (UsLegacy || UsSnake))
            return Invalid(UsLegacy ? "us_legacy" : "us_snake", "us_legacy and us_snake are for keys of kind ed25519");
        return Kind == KeyKind.Clob && !Scopes.Any(static scope => scope.StartsWith("account:", StringComparison.Ordinal))
            ? Invalid("scopes", "a key of kind clob reads accounts: give it a scope account:NAME") : null;
    }

    private Answer? Field(JsonProperty field)
    {
        var value = field.Value;
        switch (field.Name)
        {
            case "name":
                if (value.ValueKind == JsonValueKind.String && KeyRules.IsReserved(value.GetString()!))
                    return Invalid("name", $"'{value.GetString()}' is a path of the gateway's own: no key may be called so");
                if (value.ValueKind != JsonValueKind.String || !KeyRules.IsName(value.GetString()!))
                    return Invalid("name", "a name has 1 to 64 letters, digits, - _ .");
                Name = value.GetString()!;
                return null;
            case "tier":
                var tier = Array.Find(KeyRules.Tiers, tier => value.ValueKind == JsonValueKind.String && tier.Word == value.GetString());
                Tier = tier.Tier;
                return tier.Word is null ? Invalid("tier", "tier is free, dev or enterprise") : null;
            case "scopes":
                return ReadScopes(value);
            case "kind":
                return ReadKind(value);
            case "us_legacy":
                UsLegacy = value.ValueKind == JsonValueKind.True;
                return NoFlag(field);
            case "us_snake":
                UsSnake = value.ValueKind == JsonValueKind.True;
                return NoFlag(field);
            case "limits":
                return ReadLimits(value);
            default:
                return Unknown(field.Name, "name, tier, scopes, kind, us_legacy, us_snake, limits");
        }
    }

    private Answer? ReadKind(JsonElement value)
    {
        var kind = Array.Find(KeyRules.Kinds, kind => value.ValueKind == JsonValueKind.String && kind.Word == value.GetString());
        Kind = kind.Kind;
        return kind.Word is null ? Invalid("kind", "kind is dome, clob or ed25519") : null;
    }

    private static Answer? NoFlag(JsonProperty field) => field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null
        ? null : Invalid(field.Name, $"{field.Name} is true or false");

    private Answer? ReadScopes(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MostScopes)
            return Invalid("scopes", $"scopes is a list of at most {MostScopes}: {KeyRules.ScopeNames}");
        var scopes = ImmutableArray.CreateBuilder<string>();
        foreach (var (index, scope) in value.EnumerateArray().Index())
        {
            if (scope.ValueKind != JsonValueKind.String || !KeyRules.IsScope(scope.GetString()!))
                return Invalid($"scopes[{index}]", $"a scope is one of {KeyRules.ScopeNames}");
            if (!scopes.Contains(scope.GetString()!))
                scopes.Add(scope.GetString()!);
        }
        if (scopes.Count > 0)
            Scopes = scopes.DrainToImmutable();
        return null;
    }

    private Answer? ReadLimits(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.Object)
            return Invalid("limits", """limits is an object such as {"subscriptions":1000,"wallets":100000}""");
        foreach (var limit in value.EnumerateObject())
        {
            if (limit.Name is not ("subscriptions" or "wallets"))
                return Unknown($"limits.{limit.Name}", "limits.subscriptions, limits.wallets");
            if (limit.Value.ValueKind == JsonValueKind.Null)
                continue;
            if (limit.Value.ValueKind != JsonValueKind.Number || !limit.Value.TryGetInt32(out var number) || number < 0)
                return Invalid($"limits.{limit.Name}", "a limit is a whole number; 0 stands for the tier's");
            if (number == 0)
                continue;
            if (limit.Name == "wallets")
                Wallets = number;
            else
                Subscriptions = number;
        }
        return null;
    }

    private static Answer Invalid(string field, string message) => Answer.Error(400, "INVALID_FIELD", message, field);

    private static Answer Unknown(string field, string known) => Answer.Error(400, "UNKNOWN_FIELD", $"known here: {known}", field);
}
