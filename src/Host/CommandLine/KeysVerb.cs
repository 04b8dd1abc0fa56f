using System.CommandLine;
using System.Text.Json;
using Oddswire.Host.Downstream;
using Oddswire.Host.Operations;
using Oddswire.Host.Settings;

namespace Oddswire.Host.CommandLine;

/// <summary>`oddswire keys`: who may connect. It asks the running gateway, or with --offline the store itself.</summary>
internal sealed class KeysVerb
{
    /// <summary>Keys of several parts: what the first of them is called, what all are, and what they open.</summary>
    private static readonly (string First, string[] Parts, string Opens)[] InParts =
    [
        ("apiKey", ["apiKey", "secret", "passphrase"], "Keep them now: only their hash is stored. They open ws://HOST:PORT/ws/user."),
        ("key_id", ["key_id", "secret"], "Keep the secret now: only the public key is stored. They open ws://HOST:PORT/v1/ws/markets and /v1/ws/private."),
    ];

    private readonly Terminal _terminal;

    private KeysVerb(Terminal terminal) => _terminal = terminal;

    public static Verb Create(Terminal terminal)
    {
        var keys = new KeysVerb(terminal);
        return new Verb("keys", "Who may connect: add, list and revoke keys. And what you connect with: derive.",
            "oddswire keys add desk --tier dev", "oddswire keys list --json", "oddswire keys revoke desk")
        {
            keys.Add(),
            keys.List(),
            keys.Revoke(),
            DeriveVerb.Create(terminal),
        };
    }

    private Verb Add()
    {
        var verb = new Verb("add", "Make a key. It is shown this once; only its hash is kept.",
            "oddswire keys add desk --tier dev",
            "oddswire keys add fund --tier enterprise --subscriptions 1000 --wallets 100000",
            "oddswire keys add bot --clob --scopes account:main",
            "oddswire keys add us-bot --ed25519 --scopes stream,account:us",
            "oddswire keys add old-bot --ed25519 --us-legacy --scopes stream,account:us",
            "oddswire keys add ops --tier dev --scopes stream,orders,operate --url https://gateway:8080 --key ow_...",
            "oddswire keys add me --offline --config hocon/live.conf");
        var name = new NameArgument(verb);
        var tier = new Option<string>("--tier") { HelpName = "TIER", Description = "free, dev or enterprise.", DefaultValueFactory = static _ => "dev" };
        var scopes = new Option<string[]>("--scopes", "--scope")
        {
            HelpName = "SCOPES",
            Description = $"Of {KeyRules.ScopeNames}; separated by commas. Without it: stream,orders.",
            DefaultValueFactory = static _ => [],
        };
        var kind = new Option<string>("--kind") { HelpName = "KIND", Description = "dome, clob for /ws/user, or ed25519 for /v1/ws/markets and /v1/ws/private.", DefaultValueFactory = static _ => "dome" };
        var clob = new Option<bool>("--clob") { Description = "The same as --kind clob: API key, secret and passphrase for /ws/user; with a scope account:NAME." };
        var ed25519 = new Option<bool>("--ed25519") { Description = "The same as --kind ed25519: key id and secret for SDKs of Polymarket US; with a scope account:NAME also for /v1/ws/private." };
        var legacy = new Option<bool>("--us-legacy") { Description = "With --ed25519: positions and balances under the older names, on which SDKs 0.1.x fire their events." };
        var snake = new Option<bool>("--us-snake") { Description = "With --ed25519: frames in snake_case, types by number." };
        var subscriptions = new Option<int?>("--subscriptions") { HelpName = "N", Description = "How many at a time, in place of the tier's." };
        var wallets = new Option<int?>("--wallets") { HelpName = "N", Description = "How many in one subscription, in place of the tier's." };
        foreach (var option in new Option[] { tier, scopes, kind, clob, ed25519, legacy, snake, subscriptions, wallets })
            verb.Options.Add(option);
        Does(verb, async (desk, line, json, cancel) =>
        {
            if (line.GetValue(clob) && line.GetValue(ed25519))
                throw new UsageException("a key is of one kind: --clob or --ed25519");
            var request = Answer.Of(0, body => Write(
                body, name.Of(line), line.GetValue(tier)!, line.GetValue(clob) ? "clob" : line.GetValue(ed25519) ? "ed25519" : line.GetValue(kind)!,
                line.GetValue(legacy), line.GetValue(snake),
                line.GetValue(scopes)!.SelectMany(static list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
                line.GetValue(subscriptions), line.GetValue(wallets))).Body;
            var added = Report.Body(await desk.Add(request, cancel));
            if (json)
            {
                await _terminal.Out.WriteLineAsync(added.GetRawText());
                return;
            }
            if (Array.Find(InParts, key => added.TryGetProperty(key.First, out _)) is { Parts: { } parts, Opens: var opens })
            {
                foreach (var part in parts)
                    await _terminal.Out.WriteLineAsync($"{part} {added.GetProperty(part).GetString()}");
                await _terminal.Error.WriteLineAsync($"The credentials of '{Text(added, "name")}': {Allowed(added)}. {opens}");
                return;
            }
            await _terminal.Out.WriteLineAsync(added.GetProperty("secret").GetString());
            await _terminal.Error.WriteLineAsync($"The key of '{Text(added, "name")}': {Allowed(added)}. Keep it now: only its hash is stored. Its sockets connect to ws://HOST:PORT/KEY.");
        });
        return verb;
    }

    private Verb List()
    {
        var verb = new Verb("list", "Who has a key, and what it allows.", "oddswire keys list", "oddswire keys list --json | jq -r .name");
        Does(verb, async (desk, _, json, cancel) =>
        {
            foreach (var key in Report.Body(await desk.List(cancel)).GetProperty("keys").EnumerateArray())
                await _terminal.Out.WriteLineAsync(json ? key.GetRawText() : $"{Text(key, "name"),-20} {Allowed(key)}");
        });
        return verb;
    }

    private Verb Revoke()
    {
        var verb = new Verb("revoke", "Take a key back: its sockets close at once, and it opens no more.", "oddswire keys revoke desk");
        var name = new NameArgument(verb);
        Does(verb, async (desk, line, json, cancel) =>
        {
            Report.Body(await desk.Revoke(name.Of(line), cancel));
            await _terminal.Out.WriteLineAsync(json ? JsonSerializer.Serialize(new { name = name.Of(line), revoked = true }) : $"revoked '{name.Of(line)}'");
        });
        return verb;
    }

    private void Does(Verb verb, Func<IKeyDesk, ParseResult, bool, CancellationToken, Task> work)
    {
        var (remote, settings) = (new RemoteOptions(), new SettingsOptions());
        var offline = new Option<bool>("--offline") { Description = "Work on the store itself, while no gateway has it open; --config and --set say where it is." };
        remote.AddTo(verb);
        verb.Options.Add(offline);
        settings.AddTo(verb);
        verb.Does(async (line, cancel) =>
        {
            var isOffline = line.GetValue(offline);
            if (isOffline && remote.Any(line))
                throw new UsageException("--offline asks no gateway: it goes without --url and --key");
            if (!isOffline && settings.Any(line))
                throw new UsageException("--config and --set say where the store is: they go with --offline");
            await using IKeyDesk desk = isOffline ? await OfflineKeyDesk.Open(settings.Load(line, _terminal).Values, _terminal) : new RemoteKeyDesk(remote.Client(line, _terminal));
            await work(desk, line, remote.Json(line), cancel);
            return ExitCode.Done;
        });
    }

    private static void Write(Utf8JsonWriter body, string name, string tier, string kind, bool legacy, bool snake, IEnumerable<string> scopes, int? subscriptions, int? wallets)
    {
        body.WriteStartObject();
        body.WriteString("name", name);
        body.WriteString("tier", tier);
        body.WriteString("kind", kind);
        if (legacy)
            body.WriteBoolean("us_legacy", true);
        if (snake)
            body.WriteBoolean("us_snake", true);
        body.WriteStartArray("scopes");
        foreach (var scope in scopes)
            body.WriteStringValue(scope);
        body.WriteEndArray();
        body.WriteStartObject("limits");
        if (subscriptions is { } most)
            body.WriteNumber("subscriptions", most);
        if (wallets is { } longest)
            body.WriteNumber("wallets", longest);
        body.WriteEndObject();
        body.WriteEndObject();
    }

    private static string Allowed(JsonElement key)
    {
        var limits = key.GetProperty("limits");
        var scopes = string.Join(',', key.GetProperty("scopes").EnumerateArray().Select(static scope => scope.GetString()));
        var from = Text(key, "source") == "configuration" ? "of the configuration" : "since " + Text(key, "created_at");
        return $"{Text(key, "tier")}, {limits.GetProperty("subscriptions")} subscriptions of {limits.GetProperty("wallets")} wallets, {scopes}, {from}";
    }

    private static string Text(JsonElement key, string name) => FillText.Printable(key.GetProperty(name).GetString() ?? "");
}
