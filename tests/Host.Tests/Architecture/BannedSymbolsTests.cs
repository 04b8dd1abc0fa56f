using System.Collections.Immutable;
using Xunit;

namespace Oddswire.Host.Tests.Architecture;

/// <summary>The lists of build/: each bites where it is meant to bite, and every line names something that exists.</summary>
public class BannedSymbolsTests(BannedCompile compile, ITestOutputHelper shownOnFailure) : IClassFixture<BannedCompile>
{
    private static readonly string[] BelowHost = ["Runtime", "Messages", "Protocols", "Actors"];

    [Fact]
    public async Task Every_project_gets_the_lists_of_its_place()
    {
        var lists = (await compile.Outcome).Lists;

        Assert.Equal(Repository.All.Length, lists.Count);
        Assert.All(Repository.All, project => Assert.Equal(Expected(project), lists[project.Name].Split(' ')));

        static string[] Expected(ProjectFile project) =>
        [
            "BannedSymbols",
            .. project.RelativePath.StartsWith("src", StringComparison.Ordinal) ? ["BannedSymbols.Source"] : Array.Empty<string>(),
            .. BelowHost.Contains(project.Name) ? ["BannedSymbols.Actors"] : Array.Empty<string>(),
        ];
    }

    [Fact]
    public async Task The_list_for_all_bites_everywhere()
    {
        foreach (var project in new[] { "Actors", "Host", "TestKit" })
            Assert.Equal(["AllClock", "AllWait"], await Refused(project, "All"));
    }

    [Fact]
    public async Task The_list_for_the_source_bites_in_src_only()
    {
        Assert.Equal(["SourceAwaiter"], await Refused("Actors", "Source"));
        Assert.Equal(["SourceAwaiter"], await Refused("Host", "Source"));
        Assert.Empty(await Refused("TestKit", "Source"));
    }

    [Fact]
    public async Task The_list_for_actors_bites_below_Host_only()
    {
        Assert.Equal(["ActorsAwait", "ActorsClock", "ActorsPort", "ActorsSeed", "ActorsThread"], await Refused("Actors", "Actors"));
        Assert.Empty(await Refused("Host", "Actors"));
        Assert.Empty(await Refused("TestKit", "Actors"));
    }

    /// <summary>The analyzer passes over a line that it cannot resolve: a slip of the pen would ban nothing.</summary>
    [Theory]
    [InlineData("BannedSymbols.txt")]
    [InlineData("BannedSymbols.Source.txt")]
    [InlineData("BannedSymbols.Actors.txt")]
    public void Every_banned_symbol_exists_and_has_advice(string list)
    {
        var entries = File.ReadLines(Path.Combine(Repository.Root, "build", list)).Where(line => !line.StartsWith("//", StringComparison.Ordinal)).Select(line => line.Split(';')).ToImmutableArray();

        Assert.NotEmpty(entries);
        Assert.All(entries, entry => Assert.True(entry.Length == 2 && entry[1].Length > 0, $"no advice: {entry[0]}"));
        Assert.DoesNotContain(entries.Select(entry => entry[0]), symbol => !DocumentationId.Exists(symbol));
    }

    [Fact]
    public void A_slip_of_the_pen_is_found() => Assert.Equal(
        ["M:System.Threading.Tasks.Task.Delay(Int32)", "P:System.DateTime.UtcNou", "T:System.Clock", "N:System.Nett"],
        new[]
        {
            "M:System.Threading.Tasks.Task.Delay(Int32)", "M:System.Threading.Tasks.Task.Delay(System.Int32)", "P:System.DateTime.UtcNou", "T:System.Clock", "N:System.Nett",
        }.Where(symbol => !DocumentationId.Exists(symbol)));

    private async Task<IEnumerable<string>> Refused(string project, string list)
    {
        var outcome = await compile.Outcome;
        shownOnFailure.WriteLine(outcome.Output);
        return outcome.Refused[project].Where(member => member.StartsWith(list, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);
    }
}
