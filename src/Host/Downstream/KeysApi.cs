using System.Globalization;
using System.Text.Json;
using Oddswire.Actors.Keys;
using Oddswire.Host.Settings;
using Oddswire.Messages.Keys;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>/api/v1/keys, and what `oddswire keys --offline` does with a store that no gateway has open.</summary>
internal sealed class KeysApi(ActorSystem system, ActorRef<KeyMessage> keys, Keyring keyring)
{
    // A change that was not committed by then is not answered any more; whether it was is for a look at the list.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    internal async Task<Answer> Add(ReadOnlyMemory<byte> body, KeyAsker by)
    {
        var (request, refusal) = KeyRequest.Read(body);
        if (request is null)
            return refusal;
        var secret = KeySecret.Of(request.Kind);
        var key = request.Record(secret);
        return await Change(to => new KeyMessage.Add(key, by, to)) switch
        {
            KeyOutcome.Done => Answer.Of(201, json => Write(json, keyring.Stored.FirstOrDefault(stored => stored.Name == key.Name) ?? key, "store", secret)),
            KeyOutcome.NameTaken => Answer.Error(409, "NAME_TAKEN", $"a key '{key.Name}' is stored already: revoke it first, or choose another name", "name"),
            KeyOutcome.Configured => Answer.Error(409, "NAME_TAKEN", $"a key '{key.Name}' stands in the configuration: choose another name", "name"),
            KeyOutcome.Full => Answer.Error(409, "TOO_MANY_KEYS", "no more keys can be stored: revoke some"),
            _ => Unavailable(),
        };
    }

    internal Answer List() => Answer.Of(200, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("keys");
        foreach (var key in keyring.Configured)
            Write(json, key, "configuration", secret: null);
        foreach (var key in keyring.Stored)
            Write(json, key, "store", secret: null);
        json.WriteEndArray();
        json.WriteNull("next");
        json.WriteEndObject();
    });

    internal async Task<Answer> Revoke(string name, KeyAsker by) => await Change(to => new KeyMessage.Revoke(name, by, to)) switch
    {
        KeyOutcome.Done => new Answer(204, default),
        KeyOutcome.Configured => Answer.Error(409, "KEY_CONFIGURED", $"the key '{name}' stands in the configuration: take it out there and restart"),
        KeyOutcome.Unknown => Answer.Error(404, "NOT_FOUND", $"no key '{name}' is stored"),
        _ => Unavailable(),
    };

    /// <summary>Null: there was no answer in time.</summary>
    private async Task<KeyOutcome?> Change(Func<ActorRef<KeyOutcome>, KeyMessage> question)
    {
        try
        {
            return await system.Ask(keys, question, Patience);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static Answer Unavailable() =>
        Answer.Error(503, "STORE_UNAVAILABLE", "the journal did not answer, so it is not known whether this was done: list the keys before you try again");

    private static void Write(Utf8JsonWriter json, KeyRecord key, string source, KeySecret? secret)
    {
        json.WriteStartObject();
        json.WriteString("name", key.Name);
        secret?.Write(json);
        if (key.Signing is { } signing)
            Write(json, signing, isNew: secret is not null);
        json.WriteString("kind", Array.Find(KeyRules.Kinds, kind => kind.Kind == key.Kind).Word);
        json.WriteString("tier", Array.Find(KeyRules.Tiers, tier => tier.Tier == key.Tier).Word);
        json.WriteStartArray("scopes");
        foreach (var scope in key.Scopes)
            json.WriteStringValue(scope);
        json.WriteEndArray();
        var limits = key.ToKey(0, 0).Limits;
        json.WriteStartObject("limits");
        json.WriteNumber("subscriptions", limits.Subscriptions);
        json.WriteNumber("wallets", limits.WalletsPerSubscription);
        json.WriteEndObject();
        json.WriteString("source", source);
        if (key.CreatedAt > 0)
            json.WriteString("created_at", DateTimeOffset.FromUnixTimeMilliseconds(key.CreatedAt).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        else
            json.WriteNull("created_at");
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SigningKey signing, bool isNew)
    {
        if (!isNew)
            json.WriteString("key_id", signing.Id);
        json.WriteString("public_key", signing.PublicKey);
        json.WriteBoolean("us_legacy", signing.Legacy);
        json.WriteBoolean("us_snake", signing.Snake);
    }
}
