using Oddswire.Host.CommandLine;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>Export and import on the command line, between folders. (Between SQLite and PostgreSQL: PostgresRestoreTests.)</summary>
[Collection(nameof(LiveGateway))]
public sealed class RestoreTests(LiveGateway gateway)
{
    [Fact]
    public async Task A_store_restored_from_its_export_has_keys_subscriptions_fills_and_positions_and_verifies()
    {
        using var folder = new TempFolder();
        await RestoreDrill.Run([$"storage.path={Path.Combine(folder.Path, "one")}"], [$"storage.path={Path.Combine(folder.Path, "two")}"]);
    }

    [Fact]
    public async Task An_export_that_was_cut_off_changed_or_sealed_with_another_key_is_not_imported_at_all()
    {
        using var folder = new TempFolder();
        var (one, two) = ($"storage.path={Path.Combine(folder.Path, "one")}", $"storage.path={Path.Combine(folder.Path, "two")}");
        Assert.Equal(ExitCode.Done, (await gateway.Verb("keys", "add", "first", "--offline", "--set", one, "--set", RestoreDrill.Seal)).Code);
        var whole = (await gateway.Verb("journal", "export", "--set", one)).Out;
        var lines = whole.TrimEnd().Split('\n');
        var file = Path.Combine(folder.Path, "store.jsonl");

        await Refused(string.Join('\n', lines[..^1]), ExitCode.Failed, "has no end");
        await Refused(whole.Replace("first", "other", StringComparison.Ordinal), ExitCode.Failed, "was changed or damaged");
        await Refused("nonsense\n" + whole, ExitCode.Failed, "line 1: no line of an export");
        await Refused(whole + lines[0], ExitCode.Failed, "behind the end");
        await Refused(whole, ExitCode.NotVerified, "", "journal.hmac_key=another key of this house");
        Assert.Equal(ExitCode.WrongUsage, (await gateway.Verb("journal", "import", file + ".none", "--set", two)).Code);
        Assert.Equal(ExitCode.Done, (await gateway.Verb("journal", "import", file, "--set", two, "--set", RestoreDrill.Seal)).Code); // it is empty still
        Assert.Contains("first", (await gateway.Verb("keys", "list", "--offline", "--set", two, "--set", RestoreDrill.Seal)).Out, StringComparison.Ordinal);

        async Task Refused(string text, ExitCode code, string why, string seal = RestoreDrill.Seal)
        {
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            var refused = await gateway.Verb("journal", "import", file, "--set", two, "--set", seal);
            Assert.Equal(code, refused.Code);
            Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        }
    }
}
