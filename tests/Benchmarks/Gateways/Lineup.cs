using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Oddswire.Benchmarks.Gateways;

/// <summary>Who takes part. Paths count from the root of the repository; tests/needs.sh has put there what is not built with the solution.</summary>
internal sealed class Lineup(string folder, int upstreamPort, Identity identity)
{
    private const string Peers = "tests/Benchmarks/Peers";
    private const string Program = "src/Host/bin/Release/net10.0/oddswire.dll";

    /// <summary>Of the table.</summary>
    internal IReadOnlyList<Peer> Plain() => [Reference(null), Oddswire(null), OnSqlite(), Nats(null), Node(null), Kestrel(null)];

    /// <summary>The same, with TLS between them and their clients.</summary>
    internal IReadOnlyList<Peer> OverTls() => [Reference(identity), Oddswire(identity), Nats(identity), Node(identity), Kestrel(identity)];

    /// <summary>Not in the table: order books are another job than the others have.</summary>
    internal Peer Books()
    {
        var url = $"feeds.clob-market.url=\"ws://127.0.0.1:{upstreamPort}/{Peer.Books}\"";
        var gateway = Ours(Peer.Books, "Oddswire, order books", "a market channel upstream, outbox 4 MiB; all else as shipped", "oddswire-books.conf", url);
        return gateway with { Speech = "books", Key = "bench/ws/market" };
    }

    /// <summary>Nor this: the gateway of the table, with a crowd of subscriptions that are told nothing.</summary>
    internal Peer Crowded() => OfDome(Peer.Crowded, "Oddswire, many subscriptions", "as Oddswire, without the limit of a key's subscriptions", "limits.commands=1000000",
        "keys=[{ name = bench, key = bench, tier = enterprise, limits { subscriptions = 2000000 } }]");

    /// <summary>Nor this: told of trades as Polymarket tells of them.</summary>
    internal Peer OnRtds()
    {
        var url = $"feeds.rtds.url=\"ws://127.0.0.1:{upstreamPort}/{Peer.OnRtds}\"";
        return Ours(Peer.OnRtds, "Oddswire, RTDS", "RTDS upstream, tape.store = sqlite, outbox 4 MiB; all else as shipped", "oddswire-rtds.conf", url) with { Speech = "rtds" };
    }

    private Peer Reference(Identity? tls)
    {
        var (name, port) = (NameOf(Peer.Reference, tls), FreePort());
        return new Peer(name, "C reference")
        {
            Version = FirstLine("gcc", "--version"),
            Settings = tls is null ? "ours, -O2; epoll, one thread, one send per client and read of the upstream; outbox 4 MiB" : "as without; each send is an SSL_write of OpenSSL",
            Command = [Path.Combine(folder, Peer.Reference), $"{port}", $"{upstreamPort}", $"/{name}", .. Files(tls)],
            Port = port,
        };
    }

    private Peer Oddswire(Identity? tls) => tls is null
        ? OfDome(Peer.Oddswire, "Oddswire", "a Dome server upstream, tape.store = memory, outbox 4 MiB; all else as shipped")
        : OfDome(Peer.Oddswire + Peer.Tls, "Oddswire", "as without; http.tls", $"http.tls.certificate=\"{tls.Certificate}\"", $"http.tls.key=\"{tls.Key}\"");

    private Peer OnSqlite() => OfDome(Peer.OnSqlite, "Oddswire, SQLite tape", "the same, tape.store = sqlite", "tape.store=sqlite");

    private Peer OfDome(string name, string title, string settings, params IEnumerable<string> more) =>
        Ours(name, title, settings, "oddswire.conf", [$"feeds.dome.url=\"ws://127.0.0.1:{upstreamPort}\"", $"feeds.dome.key={name}", .. more]);

    private static Peer Ours(string name, string title, string settings, string configuration, params IEnumerable<string> more)
    {
        var (port, operations) = (FreePort(), FreePort());
        return new Peer(name, title)
        {
            Version = RuntimeInformation.FrameworkDescription,
            Settings = settings,
            Command =
            [
                "dotnet", Program, "run", "--config", $"{Peers}/{configuration}",
                .. new[] { $"http.port={port}", $"operations.port={operations}" }.Concat(more).SelectMany(static setting => new[] { "--set", setting }),
            ],
            Port = port,
            Operations = operations,
        };
    }

    private Peer Nats(Identity? tls)
    {
        var (port, publish) = (FreePort(), FreePort());
        var program = Path.Combine(folder, "nats-server");
        return new Peer(NameOf(Peer.Nats, tls), "nats-server")
        {
            Job = "topic only: no parse, match, wrap",
            Version = File.Exists(program) ? FirstLine(program, "--version") : "",
            Settings = $"{(tls is null ? "" : "TLS ")}WebSocket listener, published to over TCP, max_pending 4 MB, GOMAXPROCS 1",
            Speech = "nats",
            Key = $"{publish}",
            Missing = Missing(Peer.Nats, program),
            Command = [program, "-c", $"{Peers}/{NameOf(Peer.Nats, tls)}.conf"],
            Port = port,
            Environment = new Dictionary<string, string>
            {
                ["NATS_LISTEN"] = $"127.0.0.1:{publish}",
                ["NATS_WEBSOCKET"] = $"127.0.0.1:{port}",
                ["NATS_CERTIFICATE"] = tls?.Certificate ?? "",
                ["NATS_KEY"] = tls?.Key ?? "",
                ["GOMAXPROCS"] = "1",
            },
        };
    }

    private Peer Node(Identity? tls)
    {
        var (name, port) = (NameOf(Peer.Node, tls), FreePort());
        var library = $"{Peers}/node/node_modules/ws/package.json";
        return new Peer(name, "Node.js ws")
        {
            Version = File.Exists(library) ? $"{FirstLine("node", "--version")}, ws {VersionOf(library)}" : "",
            Settings = $"{(tls is null ? "http" : "https")}, corked per turn, permessage-deflate off, outbox 4 MiB",
            Missing = Missing(Peer.Node, library),
            Command = ["node", $"{Peers}/node/server.js", $"{port}", $"ws://127.0.0.1:{upstreamPort}/{name}", .. Files(tls)],
            Port = port,
        };
    }

    private Peer Kestrel(Identity? tls)
    {
        var (name, port) = (NameOf(Peer.Kestrel, tls), FreePort());
        return new Peer(name, "Kestrel WebSocket.SendAsync")
        {
            Version = RuntimeInformation.FrameworkDescription,
            Settings = $"a queue per client, a SendAsync per message, outbox 4 MiB{(tls is null ? "" : "; UseHttps")}",
            Command = ["dotnet", typeof(Lineup).Assembly.Location, "kestrel", $"{port}", $"ws://127.0.0.1:{upstreamPort}/{name}", .. Files(tls)],
            Port = port,
        };
    }

    private static string NameOf(string peer, Identity? tls) => tls is null ? peer : peer + Peer.Tls;

    private static string[] Files(Identity? tls) => tls is null ? [] : [tls.Certificate, tls.Key];

    private string? Missing(string name, string needed)
    {
        if (File.Exists(needed))
            return null;
        var why = Path.Combine(folder, name + ".missing");
        return File.Exists(why) ? File.ReadAllText(why).Trim() : $"{needed} is not there; tests/run bench puts it there";
    }

    private static string VersionOf(string package)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(package));
        return json.RootElement.GetProperty("version").GetString()!;
    }

    private static string FirstLine(string program, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(program, argument) { RedirectStandardOutput = true, UseShellExecute = false })!;
        return process.StandardOutput.ReadLine() ?? "";
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
