using System.Collections.Immutable;
using System.Diagnostics;

namespace Oddswire.Host.Tests.Architecture;

/// <summary>
/// Compiles a snippet of banned calls inside the real projects, in place of their own code, so that what is measured is how
/// the lists are wired in: which lists each project gets, and which lines of the snippet the compiler refused in which project.
/// </summary>
public sealed class BannedCompile
{
    private const string Snippet = """
        internal static class Snippet
        {
            private static void Main() { }
            internal static object AllClock => System.DateTime.UtcNow;
            internal static object AllWait => System.Threading.Tasks.Task.FromResult(1).Result;
            internal static void SourceAwaiter() => System.Threading.Tasks.Task.CompletedTask.GetAwaiter().GetResult();
            internal static object ActorsThread() => System.Threading.Tasks.Task.Run(() => { });
            internal static object ActorsAwait() => System.Threading.Tasks.Task.CompletedTask.ConfigureAwait(false);
            internal static object ActorsSeed() => System.Guid.NewGuid();
            internal static object ActorsClock() => System.Diagnostics.Stopwatch.GetTimestamp();
            internal static object ActorsPort() => System.Net.Sockets.SocketFlags.None;
        }
        """;

    // No references and no other analyzer: neither has a say here, and both take seconds.
    private const string OnlyTheSnippet = """
        <Project>
          <ItemGroup>
            <ProjectReference Remove="@(ProjectReference)" />
          </ItemGroup>
          <Target Name="OnlyTheSnippet" BeforeTargets="CoreCompile">
            <ItemGroup>
              <Analyzer Remove="@(Analyzer)" Condition="!$([System.String]::Copy('%(Analyzer.FileName)').Contains('BannedApiAnalyzers'))" />
              <Compile Remove="@(Compile)" />
              <Compile Include="$(MSBuildThisFileDirectory)Snippet.cs" />
            </ItemGroup>
          </Target>
          <Target Name="ShowLists">
            <Message Importance="high" Text="lists|$(MSBuildProjectName)|@(AdditionalFiles->'%(Filename)', ' ')" />
          </Target>
        </Project>
        """;

    // One project of each kind is compiled; all are asked for their lists.
    private const string Banned = """
        <Project DefaultTargets="Compile">
          <ItemGroup>
            <Asked Include="../../src/*/*.csproj;../../tests/*/*.csproj" />
            <Compiled Include="../../src/Actors/*.csproj;../../src/Host/*.csproj;../../tests/TestKit/*.csproj" />
          </ItemGroup>
          <Target Name="Compile">
            <PropertyGroup>
              <Settings>Configuration=Release;UseSharedCompilation=false;CustomAfterMicrosoftCommonTargets=$(MSBuildThisFileDirectory)OnlyTheSnippet.targets</Settings>
            </PropertyGroup>
            <MSBuild Projects="@(Asked)" Targets="ShowLists" Properties="$(Settings)" />
            <MSBuild Projects="%(Compiled.FullPath)" Targets="Compile" Properties="$(Settings);IntermediateOutputPath=$(MSBuildThisFileDirectory)%(Compiled.Filename)/" ContinueOnError="true" />
          </Target>
        </Project>
        """;

    private readonly Lazy<Task<Outcome>> outcome = new(Compile);

    public Task<Outcome> Outcome => outcome.Value;

    private static async Task<Outcome> Compile()
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "banned");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "Snippet.cs"), Snippet);
        await File.WriteAllTextAsync(Path.Combine(folder, "OnlyTheSnippet.targets"), OnlyTheSnippet);
        await File.WriteAllTextAsync(Path.Combine(folder, "Banned.proj"), Banned);

        var start = new ProcessStartInfo("dotnet", ["msbuild", Path.Combine(folder, "Banned.proj"), "-nologo", "-noAutoResponse", "-tl:off", "-v:m", "-nodeReuse:false"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var build = Process.Start(start)!;
        // Minutes, not the five seconds of a test with real I/O: a compiler starts three times, perhaps on a busy machine.
        using var tooLong = new CancellationTokenSource(TimeSpan.FromMinutes(3), TimeProvider.System);
        await using var kill = tooLong.Token.Register(() => build.Kill(entireProcessTree: true));
        var output = await build.StandardOutput.ReadToEndAsync(tooLong.Token);
        await build.WaitForExitAsync(tooLong.Token);
        return Architecture.Outcome.Read(output, Snippet);
    }
}

/// <summary>What the compilation showed. Lists: by project, all of them. Refused: by compiled project, the members of the snippet with a banned call.</summary>
public sealed record Outcome(string Output, ImmutableDictionary<string, string> Lists, ILookup<string, string> Refused)
{
    public static Outcome Read(string output, string snippet)
    {
        var lines = output.Split('\n', StringSplitOptions.TrimEntries);
        return new Outcome(
            output,
            lines.Where(line => line.StartsWith("lists|", StringComparison.Ordinal)).Select(line => line.Split('|')).ToImmutableDictionary(parts => parts[1], parts => parts[2]),
            lines.Where(line => line.Contains("error RS0030", StringComparison.Ordinal)).Distinct().ToLookup(Project, line => Member(line, snippet)));
    }

    // .../Snippet.cs(4,40): error RS0030: The symbol '...' is banned ... [/.../src/Actors/Actors.csproj]
    private static string Project(string error) => Path.GetFileNameWithoutExtension(error[(error.LastIndexOf('[') + 1)..^1]);

    private static string Member(string error, string snippet)
    {
        var number = error[(error.IndexOf("Snippet.cs(", StringComparison.Ordinal) + "Snippet.cs(".Length)..].Split(',')[0];
        var declaration = snippet.Split('\n')[int.Parse(number, provider: null) - 1].Trim();
        return declaration.Split(' ', '(')[3];
    }
}
