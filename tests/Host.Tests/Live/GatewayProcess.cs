using System.Diagnostics;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>The gateway as another process, which may be killed, and may be given less than it wants.</summary>
internal sealed class GatewayProcess : IDisposable
{
    // Not 5 seconds: a runtime starts from cold, on a machine that may be busy.
    private static readonly TimeSpan ColdStart = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    /// <param name="limit">What a shell is told before, such as how many handles there are.</param>
    /// <param name="logged">What its log is looked through for.</param>
    internal GatewayProcess(string[] sets, string limit = ":", string logged = "")
    {
        var program = Path.Combine(AppContext.BaseDirectory, "oddswire.dll");
        string[] line = ["-c", $"{limit}; exec dotnet \"$0\" \"$@\"", program, "run", .. sets.SelectMany(static set => new[] { "--set", set })];
        _process = Process.Start(new ProcessStartInfo("sh", line)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = AppContext.BaseDirectory,
        })!;
        Logged = Line(_process.StandardError, logged, CancellationToken.None);
    }

    /// <summary>When its log has said so.</summary>
    internal Task Logged { get; }

    internal int Handles => Directory.GetFiles($"/proc/{_process.Id}/fd").Length;

    /// <summary>Where its sockets are, when it is ready.</summary>
    internal async Task<Uri> Ready()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(ColdStart);
        return new Uri(new Uri((await Line(_process.StandardOutput, "ready  ", patience.Token)).Split("  ")[1]), "/");
    }

    private static async Task<string> Line(StreamReader from, string what, CancellationToken cancel)
    {
        while (await from.ReadLineAsync(cancel) is { } line)
        {
            if (!line.Contains(what, StringComparison.Ordinal))
                continue;
            // Nobody reads the rest; a full pipe must not hold it up.
            _ = from.ReadToEndAsync(CancellationToken.None);
            return line;
        }
        throw new InvalidOperationException($"the gateway ended before it said {what}");
    }

    internal async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
