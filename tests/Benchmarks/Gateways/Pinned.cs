using System.Diagnostics;
using System.Net.Sockets;

namespace Oddswire.Benchmarks.Gateways;

/// <summary>A process on a core of its own, ended by its id.</summary>
internal sealed class Pinned : IDisposable
{
    internal const int ServerCore = 0, LoadCore = 1;

    private Pinned(Process process) => Process = process;

    internal Process Process { get; }

    internal static Pinned Start(int core, IReadOnlyList<string> command, bool talks = false, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("taskset") { RedirectStandardInput = talks, RedirectStandardOutput = true, RedirectStandardError = !talks, UseShellExecute = false };
        foreach (var argument in (string[])["-c", $"{core}", .. command])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        if (!talks)
        {
            // Nobody reads it, and nobody may wait for that.
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, line) => Report(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }
        return new Pinned(process);
    }

    private static void Report(string? line)
    {
        if (!string.IsNullOrEmpty(line))
            Console.Error.WriteLine(line);
    }

    internal async Task Listens(int port)
    {
        for (var tries = 0; tries < 300 && !Process.HasExited; tries++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
        throw new InvalidOperationException($"{Process.StartInfo.ArgumentList[2]} does not listen on port {port}");
    }

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
    }
}
