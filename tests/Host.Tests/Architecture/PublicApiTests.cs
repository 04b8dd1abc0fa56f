using System.Reflection;
using Xunit;

namespace Oddswire.Host.Tests.Architecture;

/// <summary>The runtime's public surface is a file that people review: it changes when somebody says so, not by the way.</summary>
public class PublicApiTests
{
    private const string Approve = "ODDSWIRE_APPROVE=1 tests/run host";

    [Fact]
    public void The_runtime_shows_what_was_approved()
    {
        var file = Path.Combine(Repository.Root, "tests", "Host.Tests", "Architecture", "Runtime.approved.txt");
        var actual = PublicApi.Of(Assembly.Load("Oddswire.Runtime")).ToArray();
        if (Environment.GetEnvironmentVariable("ODDSWIRE_APPROVE") == "1")
            File.WriteAllLines(file, actual);

        var approved = File.ReadAllLines(file);
        if (!actual.SequenceEqual(approved))
            Assert.Fail($"The public surface of Oddswire.Runtime is not the approved one:\n{Difference(approved, actual)}\nIf it is meant so: {Approve}");
    }

    [Fact]
    public void A_difference_names_the_type_and_the_lines() => Assert.Equal(
        "  class A\n-     one\n+     two\n  class C\n+     three",
        Difference(["class A", "    one", "class B", "    same", "class C"], ["class A", "    two", "class B", "    same", "class C", "    three"]));

    /// <summary>Lines are told apart together with the type they stand under: the same member may occur in many.</summary>
    private static string Difference(string[] approved, string[] actual)
    {
        var (before, after) = (UnderTypes(approved), UnderTypes(actual));
        var changes =
            from line in before.Union(after).OrderBy(line => line.Type, StringComparer.Ordinal).ThenBy(line => line.Member, StringComparer.Ordinal)
            where before.Contains(line) != after.Contains(line)
            group $"{(before.Contains(line) ? '-' : '+')} {(line.Member.Length == 0 ? line.Type : line.Member)}" by line.Type into type
            from text in type.First()[2] != ' ' ? type : type.Prepend($"  {type.Key}")
            select text;
        return string.Join('\n', changes);
    }

    private static HashSet<(string Type, string Member)> UnderTypes(string[] lines)
    {
        var type = "";
        return [.. lines.Select(line => line.StartsWith(' ') ? (type, line) : (type = line, ""))];
    }
}
