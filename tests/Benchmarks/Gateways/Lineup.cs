using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Oddswire.Benchmarks.Gateways;

/// <summary>Who takes part. Paths count from the root of the repository; tests/needs.sh has put there what is not built with the solution.</summary>
internal sealed class Lineup(string folder, int upstreamPort)
{
    private const string Peers = "tests/Benchmarks/Peers";
    private const string Program = "src/Host/bin/Release/net10.0/oddswire.dll";

    internal IReadOnlyList<Peer> All() => [Reference(), Oddswire(), OnSqlite(), Nats(), Node(), Kestrel()];

    private Peer Reference()
    {
        var port = FreePort();
        return new Peer(Peer.Reference, "C reference")
        {
            Version = FirstLine("gcc", "--version"),
            Settings = "ours, -O2; epoll, one thread, one send per client and read of the upstream; outbox 4 MiB",
            Command = [Path.Combine(folder, "reference"), $"{port}", $"{upstreamPort}", $"/{Peer.Reference}"],
            Port = port,
        };
    }

    private Peer Oddswire() => Ours(Peer.Oddswire, "Oddswire", "memory", "a Dome server upstream, tape.store = memory, outbox 4 MiB; all else as shipped");

    private Peer OnSqlite() => Ours(Peer.OnSqlite, "Oddswire, SQLite tape", "sqlite", "the same, tape.store = sqlite");

    private Peer Ours(string name, string title, string store, string settings)
    {
        var port = FreePort();
        return new Peer(name, title)
        {
            Version = RuntimeInformation.FrameworkDescription,
            Settings = settings,
            Command =
            [
                "dotnet", Program, "run", "--config", $"{Peers}/oddswire.conf", "--set", $"http.port={port}", "--set", $"operations.port={FreePort()}",
                "--set", $"feeds.dome.url=\"ws://127.0.0.1:{upstreamPort}\"", "--set", $"feeds.dome.key={name}", "--set", $"tape.store={store}",
            ],
            Port = port,
        };
    }

    /// <summary>Not in the table: order books are another job than the others have.</summary>
    internal Peer Books()
    {
        var port = FreePort();
        return new Peer(Peer.Books, "Oddswire, order books")
        {
            Version = RuntimeInformation.FrameworkDescription,
            Settings = "a market channel upstream, outbox 4 MiB; all else as shipped",
            Speech = "books",
            Key = "bench/ws/market",
            Command =
            [
                "dotnet", Program, "run", "--config", $"{Peers}/oddswire-books.conf", "--set", $"http.port={port}", "--set", $"operations.port={FreePort()}",
                "--set", $"feeds.clob-market.url=\"ws://127.0.0.1:{upstreamPort}/{Peer.Books}\"",
            ],
            Port = port,
        };
    }

    private Peer Nats()
    {
        var (port, publish) = (FreePort(), FreePort());
        var program = Path.Combine(folder, "nats-server");
        return new Peer(Peer.Nats, "nats-server")
        {
            Job = "topic only: no parse, match, wrap",
            Version = File.Exists(program) ? FirstLine(program, "--version") : "",
            Settings = "WebSocket listener, published to over TCP, max_pending 4 MB, GOMAXPROCS 1",
            Speech = "nats",
            Key = $"{publish}",
            Missing = Missing(Peer.Nats, program),
            Command = [program, "-c", $"{Peers}/nats.conf"],
            Port = port,
            Environment = new Dictionary<string, string>
            {
                ["NATS_LISTEN"] = $"127.0.0.1:{publish}",
                ["NATS_WEBSOCKET"] = $"127.0.0.1:{port}",
                ["GOMAXPROCS"] = "1",
            },
        };
    }

    private Peer Node()
    {
        var port = FreePort();
        var library = $"{Peers}/node/node_modules/ws/package.json";
        return new Peer(Peer.Node, "Node.js ws")
        {
            Version = File.Exists(library) ? $"{FirstLine("node", "--version")}, ws {VersionOf(library)}" : "",
            Settings = "corked per turn, permessage-deflate off, outbox 4 MiB",
            Missing = Missing(Peer.Node, library),
            Command = ["node", $"{Peers}/node/server.js", $"{port}", $"ws://127.0.0.1:{upstreamPort}/{Peer.Node}"],
            Port = port,
        };
    }

    private Peer Kestrel()
    {
        var port = FreePort();
        return new Peer(Peer.Kestrel, "Kestrel WebSocket.SendAsync")
        {
            Version = RuntimeInformation.FrameworkDescription,
            Settings = "a queue per client, a SendAsync per message, outbox 4 MiB",
            Command = ["dotnet", typeof(Lineup).Assembly.Location, "kestrel", $"{port}", $"ws://127.0.0.1:{upstreamPort}/{Peer.Kestrel}"],
            Port = port,
        };
    }

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
