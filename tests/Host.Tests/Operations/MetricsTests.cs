using System.Diagnostics.Metrics;
using Oddswire.Host.Operations;
using Oddswire.Messages.Tests;
using Xunit;

namespace Oddswire.Host.Tests.Operations;

public sealed class MetricsTests : IDisposable
{
    private readonly Metrics _metrics = new();
    private readonly Meter _meter = new("Oddswire.Tests");
    private readonly Counter<long> _counter;

    // Whoever else counts in this process is heard too: the name is nobody else's.
    public MetricsTests() => _counter = _meter.CreateCounter<long>("oddswire_tests_counted");

    private string[] Lines() =>
        [.. _metrics.Text().Split(Environment.NewLine).Where(static line => line.Contains("oddswire_tests_counted", StringComparison.Ordinal))];

    [Fact]
    public void A_counter_is_summed_up_by_its_labels_and_shown_in_their_order()
    {
        _counter.Add(1, new("feed", "rtds"), new("kind", 7));
        _counter.Add(2, new KeyValuePair<string, object?>("feed", "dome"));
        _counter.Add(3);
        _counter.Add(4, new("feed", "rtds"), new("kind", 7));
        _counter.Add(5, new KeyValuePair<string, object?>("feed", null));
        Assert.Equal(
            [
                "# TYPE oddswire_tests_counted counter",
                "oddswire_tests_counted 3",
                "oddswire_tests_counted{feed=\"\"} 5",
                "oddswire_tests_counted{feed=\"dome\"} 2",
                "oddswire_tests_counted{feed=\"rtds\",kind=\"7\"} 5",
            ],
            Lines());
    }

    [Theory]
    [InlineData("a \"b\"", """a \"b\" """)]
    [InlineData("""C:\n""", """C:\\n """)]
    [InlineData("a\nb", """a\nb """)]
    [InlineData("{,}=ü", "{,}=ü ")]
    [InlineData("", " ")]
    public void A_label_may_be_any_text_and_stays_on_its_line(string label, string shown)
    {
        _counter.Add(1, new KeyValuePair<string, object?>("feed", label));
        _counter.Add(1, new KeyValuePair<string, object?>("feed", label));
        Assert.Equal($"oddswire_tests_counted{{feed=\"{shown[..^1]}\"}} 2", Lines()[1]);
    }

    [Fact]
    public void Long_labels_are_kept_apart_to_their_ends()
    {
        var text = new string('x', 5_000);
        _counter.Add(1, new KeyValuePair<string, object?>("feed", text + "a"));
        _counter.Add(2, new KeyValuePair<string, object?>("feed", text + "b"));
        _counter.Add(3, new KeyValuePair<string, object?>("feed", "x"));
        Assert.Equal([$"{{feed=\"x\"}} 3", $"{{feed=\"{text}a\"}} 1", $"{{feed=\"{text}b\"}} 2"], Lines()[1..].Select(static line => line["oddswire_tests_counted".Length..]));
    }

    [Fact]
    public void Counting_once_more_allocates_nothing() =>
        Assert.Equal(0, Allocations.Of(() => _counter.Add(1, new KeyValuePair<string, object?>("feed", "dome"))));

    public void Dispose()
    {
        _meter.Dispose();
        _metrics.Dispose();
    }
}
