using System.Text.Json;
using Oddswire.Simulator.Faults;
using Xunit;

namespace Oddswire.Simulator.Tests.Faults;

public sealed class FaultReaderTests
{
    [Fact]
    public void Every_field_is_read()
    {
        var fault = Read("""{"venue":"rtds","kind":"delay","topic":"trades","connection":"3","share":0.5,"for":"250ms","code":1013,"reason":"busy","status":429,"retry_after":5,"by":"1.5s","blocks":3,"gone":0.25}""");
        Assert.Equal(
            new Fault("rtds", FaultKind.Delay)
            {
                Topic = "trades",
                Connection = "3",
                Share = 0.5,
                For = TimeSpan.FromMilliseconds(250),
                Code = 1013,
                Reason = "busy",
                Status = 429,
                RetryAfter = 5,
                By = TimeSpan.FromSeconds(1.5),
                Blocks = 3,
                Gone = 0.25,
            },
            fault);
    }

    [Fact]
    public void Venue_and_kind_are_enough() =>
        Assert.Equal(new Fault("polygon", FaultKind.FreezeKeepPongs), Read("""{"venue":"polygon","kind":"freeze_keep_pongs"}"""));

    [Theory]
    [InlineData("[]", "")]
    [InlineData("""{"kind":"drop"}""", "venue")]
    [InlineData("""{"venue":"rtds"}""", "kind")]
    [InlineData("""{"venue":"rtds","kind":"explode"}""", "kind")]
    [InlineData("""{"venue":"rtds","kind":"jammed"}""", "kind")]
    [InlineData("""{"venue":"rtds","kind":"drop","shre":1}""", "shre")]
    [InlineData("""{"venue":"rtds","kind":"drop","share":1.5}""", "share")]
    [InlineData("""{"venue":"rtds","kind":"drop","share":"1"}""", "share")]
    [InlineData("""{"venue":"rtds","kind":"drop","for":"30"}""", "for")]
    [InlineData("""{"venue":"rtds","kind":"drop","for":30}""", "for")]
    [InlineData("""{"venue":"rtds","kind":"drop","for":"-1s"}""", "for")]
    [InlineData("""{"venue":"rtds","kind":"drop","for":"25h"}""", "for")]
    [InlineData("""{"venue":"rtds","kind":"drop","code":999}""", "code")]
    [InlineData("""{"venue":"rtds","kind":"drop","status":200}""", "status")]
    [InlineData("""{"venue":"rtds","kind":"drop","connection":"some"}""", "connection")]
    [InlineData("""{"venue":"rtds","kind":"drop","by":"2m"}""", "by")]
    [InlineData("""{"venue":"rtds","kind":"drop","kind":"close"}""", "kind")]
    public void A_wrong_field_is_named(string json, string field) => Assert.Equal(field, Assert.Throws<FaultRejectedException>(() => Read(json)).Field);

    [Theory]
    [InlineData("""{"venue":"clob","kind":"drop"}""", "venue")]
    [InlineData("""{"venue":"rtds","kind":"crossed"}""", "kind")]
    [InlineData("""{"venue":"us-private","kind":"debounce"}""", "kind")]
    [InlineData("""{"venue":"us-markets","kind":"mute","topic":"no-such-market"}""", "topic")]
    [InlineData("""{"venue":"rtds","kind":"mute","topic":"logs"}""", "topic")]
    [InlineData("""{"venue":"gamma","kind":"mute","topic":"logs"}""", "topic")]
    [InlineData("""{"venue":"rtds","kind":"reorg"}""", "kind")]
    public void What_the_venue_does_not_have_is_named_too(string json, string field) =>
        Assert.Equal(field, Assert.Throws<FaultRejectedException>(() => new StandInRun().StandIn.Faults.Inject(Read(json))).Field);

    [Fact]
    public void Kinds_are_listed_as_they_are_spelled() =>
        Assert.Equal(
            ["drop", "close", "freeze", "freeze_keep_pongs", "mute", "lose", "duplicate", "reorder", "delay", "reorg", "garbage", "text", "half_frame", "status", "accept_then_close", "hang", "skip_change", "crossed", "stale_snapshot", "debounce"],
            FaultNames.All);

    private static Fault Read(string json) => FaultReader.Read(JsonElement.Parse(json));
}
