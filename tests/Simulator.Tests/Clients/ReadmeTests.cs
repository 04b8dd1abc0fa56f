using System.Runtime.CompilerServices;
using Oddswire.Client.PolymarketUs;
using Xunit;

namespace Oddswire.Simulator.Tests.Clients;

// The example of the README compiles: each of its lines is one of this file.
public sealed class ReadmeTests
{
    [Fact]
    public void The_example_of_the_us_client_is_the_code_below()
    {
        var readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../../README.md"));
        var code = readme.Split("```csharp\n")[1].Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var lines = File.ReadAllLines(Here()).Select(static line => line.Trim()).ToHashSet(StringComparer.Ordinal);
        Assert.True(code.Length >= 4);
        Assert.All(code, line => Assert.Contains(line, lines));
    }

    // Run by people, against `oddswire simulate --venue us`.
    internal static async Task Example(string slug, CancellationToken stop)
    {
        var client = new UsClient(new UsClientOptions { Url = new("http://127.0.0.1:8090"), KeyId = "demo-us", Secret = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=" });
        await using var ws = client.Markets();
        ws.Gap += gap => Console.WriteLine($"no trades from {gap.From} to {gap.To}: {gap.Reason}");
        await foreach (var trade in ws.Trades(slug, stop)) Console.WriteLine($"{trade.Time} {trade.Price} x {trade.Quantity}");
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
