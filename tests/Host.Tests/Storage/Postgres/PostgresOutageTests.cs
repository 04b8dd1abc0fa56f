using System.Diagnostics;
using Oddswire.Actors.Ports;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Postgres;
using Oddswire.Messages.Orders;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Postgres;

/// <summary>The one test that may stop the server: it runs when no other does.</summary>
[CollectionDefinition(nameof(PostgresOutageTests), DisableParallelization = true)]
[Collection(nameof(PostgresOutageTests))]
public sealed class PostgresOutageTests
{
    [Theory]
    [InlineData("stop")]
    [InlineData("kill")]
    public async Task While_the_server_is_away_calls_fail_in_bounded_time_and_when_it_is_back_all_goes_on(string how)
    {
        await using var schema = new PostgresSchemaOfTest();
        var store = await schema.Open(schema.Options(seconds: 2, more: "Options=-c synchronous_commit=on")); // the test's server is not durable by itself
        var (tape, journal, leases) = (new PostgresTape(store, new TapeRetention(TimeSpan.FromHours(1), 1L << 40, TimeProvider.System)), new PostgresJournal(store), new PostgresLeases(store, TimeProvider.System));
        var fence = (await leases.Seize("shard-1", new("alice", 1), TimeSpan.FromMinutes(1))).Fence;
        var commit = new TapeCommit([TapeFills.Entry(2), TapeFills.Entry(3)], [], [], 7, 7);
        await tape.Commit(new([TapeFills.Entry(1)], [], [], null, null));
        await journal.Append([new("a", 1, fence, 1, new byte[1])]);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tape.Read(0, OrderFilter.Everything, 10).AsTask())); // eight connections, about to die

        await Control(how);
        try
        {
            await Bounded(() => Assert.ThrowsAsync<TapeUnavailableException>(async () => await tape.Commit(commit)));
            await Bounded(() => Assert.ThrowsAsync<TapeUnavailableException>(async () => await tape.Query(TapeFills.Everything)));
            await Bounded(() => Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.Append([new("a", 2, fence, 2, new byte[1])])));
            await Bounded(() => Assert.ThrowsAsync<LeasesUnavailableException>(async () => await leases.Hold("shard-1", new("alice", 1), TimeSpan.FromMinutes(1))));
        }
        finally
        {
            await Control("start");
        }

        Assert.Equal(1, await tape.Commit(commit));
        Assert.Equal([1L, 2L, 3L], (await tape.Read(0, OrderFilter.Everything, 10)).Entries.Select(entry => entry.Position!.Value.Offset));
        Assert.Empty(await journal.Append([new("a", 2, fence, 2, new byte[1])]));
        Assert.NotNull(await leases.Hold("shard-1", new("alice", 1), TimeSpan.FromMinutes(1)));
    }

    // Two seconds to connect, two for the command, one to cancel it.
    private static async Task Bounded(Func<Task> call) => await call().WaitAsync(TimeSpan.FromSeconds(6), TimeProvider.System, TestContext.Current.CancellationToken);

    // The script that tests/services.sh leaves for this.
    private static async Task Control(string what)
    {
        var script = Environment.GetEnvironmentVariable("ODDSWIRE_TEST_POSTGRES_CONTROL");
        Assert.SkipWhen(script is null, "nothing to stop and start PostgreSQL with: tests/run postgres");
        using var process = Process.Start(new ProcessStartInfo(script, [what]) { UseShellExecute = false })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
