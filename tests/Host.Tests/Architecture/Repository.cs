using System.Collections.Immutable;
using System.Xml.Linq;

namespace Oddswire.Host.Tests.Architecture;

/// <summary>The checkout these tests were built from: its root and what its project files say.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static ImmutableArray<ProjectFile> Sources { get; } = ProjectsBelow("src");

    public static ImmutableArray<ProjectFile> All { get; } = [.. Sources, .. ProjectsBelow("tests")];

    /// <summary>Written source files below a folder of the root, without what a build leaves there.</summary>
    public static IEnumerable<string> CodeBelow(string folder) =>
        from file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, file)
        where !relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")
        orderby relative
        select relative;

    private static ImmutableArray<ProjectFile> ProjectsBelow(string folder) =>
        [.. Directory.EnumerateDirectories(Path.Combine(Root, folder)).Order(StringComparer.Ordinal)
            .SelectMany(project => Directory.EnumerateFiles(project, "*.csproj"))
            .Select(ProjectFile.Read)];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Actors.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"no Actors.sln above {AppContext.BaseDirectory}");
    }
}

/// <summary>What one project file names: the projects and packages it asks for by itself.</summary>
internal sealed record ProjectFile(string Name, string RelativePath, ImmutableArray<string> Projects, ImmutableArray<string> Packages)
{
    public static ProjectFile Read(string path)
    {
        var xml = XDocument.Load(path);
        return new ProjectFile(
            Path.GetFileNameWithoutExtension(path),
            Path.GetRelativePath(Repository.Root, path),
            [.. Includes("ProjectReference").Select(include => Path.GetFileNameWithoutExtension(include.Replace('\\', '/'))).Order(StringComparer.Ordinal)],
            [.. Includes("PackageReference").Order(StringComparer.Ordinal)]);

        IEnumerable<string> Includes(string item) =>
            from element in xml.Descendants()
            where element.Name.LocalName == item
            select element.Attribute("Include")?.Value ?? "";
    }
}
