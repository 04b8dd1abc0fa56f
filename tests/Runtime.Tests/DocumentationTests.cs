using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace Oddswire.Runtime.Tests;

/// <summary>docs/runtime.md says what the runtime promises; here it is held to its own words.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "runtime.md"));

    [GeneratedRegex("`(?<name>[A-Z]\\w*_\\w+)`", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex TestName { get; }

    [GeneratedRegex("^\\*\\*(?<name>S\\d+)\\*\\* .*?(?=^\\*\\*S\\d+\\*\\* |^## |\\z)", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Promise { get; }

    [GeneratedRegex("^```csharp\\n(?<name>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Sample { get; }

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Actors.sln")))
            at = at.Parent;
        return at?.FullName ?? throw new DirectoryNotFoundException($"no Actors.sln above {AppContext.BaseDirectory}");
    }

    private static HashSet<string> Tests =>
        [.. typeof(DocumentationTests).Assembly.GetTypes()
            .Where(type => !type.IsAbstract)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            .Where(method => method.GetCustomAttribute<FactAttribute>() is not null)
            .Select(method => method.Name)];

    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        var named = TestName.Matches(Page).Select(match => match.Groups["name"].Value).ToArray();
        Assert.True(named.Length > 60, $"only {named.Length} names were found: has the page another form?");
        Assert.Empty(named.Except(Tests));
    }

    [Fact]
    public void Every_promise_is_on_the_page_once_in_order_and_names_a_test_of_its_own_number()
    {
        var promises = Promise.Matches(Page);
        Assert.Equal(Enumerable.Range(1, 22).Select(n => $"S{n}"), promises.Select(match => match.Groups["name"].Value));
        Assert.All(promises, match => Assert.Contains($"`{match.Groups["name"].Value}_", match.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_test_that_carries_a_number_carries_one_of_the_page() =>
        Assert.DoesNotContain(Tests, name => name is ['S', >= '0' and <= '9', ..] && !Page.Contains($"**{name.Split('_')[0]}** ", StringComparison.Ordinal));

    [Fact]
    public void Every_sample_is_an_excerpt_from_code_that_is_compiled_and_tested()
    {
        var guide = Directory.GetFiles(Path.Combine(Root, "tests", "Runtime.Tests", "Guide"), "*.cs").Select(File.ReadAllText).Select(Unindented).ToArray();
        var samples = Sample.Matches(Page).Select(match => Unindented(match.Groups["name"].Value)).ToArray();
        Assert.True(samples.Length >= 4, $"only {samples.Length} samples were found: has the page another form?");
        Assert.All(samples, sample => Assert.Contains(guide, code => code.Contains(sample, StringComparison.Ordinal)));
    }

    private static string Unindented(string code) => string.Join('\n', code.Trim().Split('\n').Select(line => line.Trim()));

    [Fact]
    public void S2_There_is_no_bus_in_the_runtime_yet_and_when_there_is_one_it_needs_a_specification() =>
        Assert.DoesNotContain(typeof(ActorSystem).Assembly.GetTypes(), type => type.Name is "IBus" or "LoopbackBus");
}
