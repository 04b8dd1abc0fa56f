using System.Xml.Linq;
using Xunit;

namespace Oddswire.Host.Tests.Architecture;

/// <summary>The straight line of projects, and the few packages each of them may use. A new entry here is a decision: say why in docs/adr.</summary>
public class ProjectLineTests
{
    private static readonly Dictionary<string, string[]> Line = new()
    {
        ["Runtime"] = [],
        ["Messages"] = ["Runtime"],
        ["Protocols"] = ["Messages"],
        ["Actors"] = ["Messages", "Protocols", "Runtime"],
        ["Simulator"] = ["Messages"],
        ["Client"] = ["Messages", "Protocols", "Runtime"],
        ["Host"] = ["Actors", "Client", "Messages", "Protocols", "Runtime", "Simulator"],
    };

    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["Runtime"] = ["Microsoft.Extensions.Logging.Abstractions"],
        ["Messages"] = [],
        ["Protocols"] = [],
        ["Actors"] = ["Microsoft.Extensions.Logging.Abstractions"], // arrives with Runtime; named for its source generator
        ["Simulator"] = ["Portable.BouncyCastle"],
        ["Client"] = ["Portable.BouncyCastle"],
        ["Host"] =
        [
            "Microsoft.AspNetCore.OpenApi", "Microsoft.Data.Sqlite.Core", "Npgsql", "OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol",
            "Portable.BouncyCastle", "RabbitMQ.Client", "SQLitePCLRaw.bundle_e_sqlite3", "Spectre.Console", "System.CommandLine",
        ],
    };

    public static TheoryData<string> Sources => [.. Repository.Sources.Select(project => project.Name)];

    [Fact]
    public void Every_project_of_src_has_its_place_in_the_line() =>
        Assert.Equal(Line.Keys.Order(StringComparer.Ordinal), Repository.Sources.Select(project => project.Name));

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_project_references_its_part_of_the_line(string name) =>
        Assert.Equal(Line[name], Project(name).Projects);

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_project_takes_no_package_beyond_its_own_few(string name) =>
        Assert.Empty(Project(name).Packages.Except(Packages[name], StringComparer.OrdinalIgnoreCase));

    [Fact]
    public void Every_project_gets_the_analyzers_and_nothing_else_from_above()
    {
        var central = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));
        var shared = central.Descendants("GlobalPackageReference").Select(package => package.Attribute("Include")?.Value);

        Assert.Equal(["Meziantou.Analyzer", "Roslynator.Analyzers", "Microsoft.CodeAnalysis.BannedApiAnalyzers"], shared);
        Assert.Empty(XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("PackageReference"));
    }

    [Fact]
    public void The_solution_builds_every_project()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Actors.sln")).Replace('\\', '/');
        Assert.DoesNotContain(Repository.All, project => !solution.Contains($"\"{project.RelativePath.Replace('\\', '/')}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_namespace_is_its_folder() => Assert.Empty(
        from file in Repository.CodeBelow("src")
        let declared = File.ReadLines(Path.Combine(Repository.Root, file)).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
        let folder = Path.GetDirectoryName(file)!["src/".Length..].Replace(Path.DirectorySeparatorChar, '.')
        where declared is not null && declared != $"namespace Oddswire.{folder};"
        select $"{file}: {declared}, expected Oddswire.{folder}");

    private static ProjectFile Project(string name) => Repository.Sources.Single(project => project.Name == name);
}
