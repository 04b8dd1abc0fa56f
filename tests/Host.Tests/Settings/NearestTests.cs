using Oddswire.Host.Settings;
using Xunit;

namespace Oddswire.Host.Tests.Settings;

public sealed class NearestTests
{
    [Theory]
    [InlineData("runn", "run")]
    [InlineData("rnu", "run")]
    [InlineData("confg", "config")]
    [InlineData("simulator", "simulate")]
    [InlineData("http.prot", "http.port")]
    [InlineData("port", "http.port")]
    [InlineData("server.port", "http.port")]
    [InlineData("zzz", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_near(string name, string? expected) =>
        Assert.Equal(expected, Nearest.To(name, ["run", "simulate", "config", "http.port", "http.host"]));

    [Fact]
    public void A_very_long_name_is_nearest_to_nothing() => Assert.Null(Nearest.To(new string('x', 1_000_000), ["x"]));
}
