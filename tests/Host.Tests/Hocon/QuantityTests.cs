using Oddswire.Host.Hocon;
using Xunit;

namespace Oddswire.Host.Tests.Hocon;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("5s", 50_000_000)]
    [InlineData("5 s", 50_000_000)]
    [InlineData(" 1.5 hours ", 54_000_000_000)]
    [InlineData("500ms", 5_000_000)]
    [InlineData("250us", 2_500)]
    [InlineData("1 microsecond", 10)]
    [InlineData("700ns", 7)]
    [InlineData("2m", 1_200_000_000)]
    [InlineData("72h", 2_592_000_000_000)]
    [InlineData("1 day", 864_000_000_000)]
    [InlineData("-1s", -10_000_000)]
    [InlineData("0", 0)]
    public void A_duration_has_a_unit(string text, long ticks) => Assert.Equal(TimeSpan.FromTicks(ticks), Quantity.Duration(text));

    [Theory]
    [InlineData("5")]
    [InlineData("5 S")]
    [InlineData("5 seconds or so")]
    [InlineData("s")]
    [InlineData("")]
    [InlineData("1e3s")]
    [InlineData("1,5s")]
    [InlineData("--5s")]
    [InlineData("99999999999999999999d")]
    [InlineData("9999999999999999999999999999999999999999d")]
    public void Anything_else_is_no_duration(string text) => Assert.Null(Quantity.Duration(text));

    [Theory]
    [InlineData("1024", 1024)]
    [InlineData("10 bytes", 10)]
    [InlineData("7B", 7)]
    [InlineData("1k", 1024)]
    [InlineData("1K", 1024)]
    [InlineData("2Ki", 2048)]
    [InlineData("2KiB", 2048)]
    [InlineData("2kB", 2000)]
    [InlineData("2KB", 2000)]
    [InlineData("64MiB", 67_108_864)]
    [InlineData("64 M", 67_108_864)]
    [InlineData("5m", 5_242_880)]
    [InlineData("1.5 mebibytes", 1_572_864)]
    [InlineData("10GB", 10_000_000_000)]
    [InlineData("1G", 1_073_741_824)]
    [InlineData("1 terabyte", 1_000_000_000_000)]
    [InlineData("7EiB", 8_070_450_532_247_928_832)]
    public void A_size_counts_bytes(string text, long bytes) => Assert.Equal(bytes, Quantity.Size(text));

    [Theory]
    [InlineData("8EiB")]
    [InlineData("1 gb")]
    [InlineData("1 Mib")]
    [InlineData("MB")]
    [InlineData("")]
    [InlineData("5s")]
    public void Anything_else_is_no_size(string text) => Assert.Null(Quantity.Size(text));
}
