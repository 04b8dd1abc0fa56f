using Oddswire.Host.Settings;

namespace Oddswire.Host.Operations;

/// <summary>How to connect, printed when everything listens. The demo's keys are public, every other key is a placeholder.</summary>
/// <param name="Sockets">Where sockets connect, such as ws://127.0.0.1:8080/.</param>
/// <param name="Http">Where HTTP does.</param>
internal sealed record Greeting(LoadedSettings Loaded, bool HasKeys, Uri Sockets, Uri Http, Uri Operations)
{
    internal const string Subscribe = """{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":["*"]}}""";

    private bool IsDemo => Loaded.Values.Keys.Any(static key => key is { IsDemo: true, Name: "demo-dev" });

    internal string Ready => $"ready  {Sockets}{(IsDemo ? "demo-dev" : "KEY")}  {Http}";

    /// <summary>To be pasted into a shell.</summary>
    internal string Try => $"npx wscat -c {Sockets}{(IsDemo ? "demo-dev" : "KEY")} -x '{Subscribe}' -w 5";

    internal IEnumerable<string> Lines =>
    [
        .. Loaded.Notices.Select(static notice => "note   " + notice),
        .. HasKeys ? Array.Empty<string>() : ["note   Nobody has a key yet. Stop, and make the first: oddswire keys add me --scopes stream,orders,operate,admin --offline --config FILE"],
        Ready,
        $"probes {Operations}healthz/ready  {Operations}metrics",
        "try    " + Try,
    ];
}
