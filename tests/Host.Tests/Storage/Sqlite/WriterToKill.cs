using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Tests.Storage.Sqlite;

// Another process that appends to a store, behind what is there, and saves a snapshot now and then; it says after each commit how far it is,
// until it is killed.
internal sealed class WriterToKill : IDisposable
{
    public const string Verb = "write-until-killed";
    public const int SnapshotEvery = 3;

    private readonly Process _process;

    public WriterToKill(string folder)
    {
        var program = typeof(WriterToKill).Assembly.Location;
        _process = Process.Start(new ProcessStartInfo("dotnet", [program, Verb, folder]) { RedirectStandardOutput = true, UseShellExecute = false })!;
    }

    public int Id => _process.Id;

    public static async Task<int> Run(string folder)
    {
        await using var store = SqliteStore.Open(new(folder), TimeProvider.System, NullLogger.Instance);
        var fence = await store.Seize();
        var journal = new SqliteJournal(store);
        for (long n = 1 + (await store.Texts("a")).Length; ; n++)
        {
            await journal.Append([new("a", n, fence, n, new byte[400]), new("b", n, fence, n, new byte[n % 50])]);
            if (n % SnapshotEvery == 0) await journal.SaveSnapshot(new("a", n, fence, n, Encoding.UTF8.GetBytes($"a/{n}")));
            Console.WriteLine(n);
        }
    }

    // The number of commits it has reported, at least as many as asked for.
    public async Task<long> Reported(long atLeast, CancellationToken cancelled)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(20)); // not 5: a runtime starts from cold, on a machine that may be busy
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            var n = long.Parse(line, CultureInfo.InvariantCulture);
            if (n >= atLeast) return n;
        }
        throw new InvalidOperationException($"the writer ended by itself with {_process.ExitCode}");
    }

    // SIGKILL. Returns what it had reported until then.
    public async Task<long> Kill(CancellationToken cancelled)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancelled);
        var rest = await _process.StandardOutput.ReadToEndAsync(cancelled);
        return rest.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => long.Parse(line, CultureInfo.InvariantCulture)).LastOrDefault();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
