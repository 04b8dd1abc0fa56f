using System.Text;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.Venues.PolymarketUs;
using Xunit;

namespace Oddswire.Simulator.Tests.Venues.PolymarketUs;

// Section 1 of the protocol page: who gets in, and what the others are told.
public sealed class UsDoorTests
{
    private readonly StandInRun _run = new();

    private DateTimeOffset Now => _run.StandIn.Now;

    [Theory]
    [InlineData("/v1/ws/markets", "OAqu2Hrj2TAw1es95S38zYht/7aKbk5eHrHrEpj8wnENFgvtg/wxPR0R64osceuZPDOoH50ehi2Gedl4btaYCg==")]
    [InlineData("/v1/ws/private", "Vq0729fYZkTUrzwmZdfF9NKF3MePjTogxyegV0x7U8V7Eb7EKnH0sc/Gww2+6zODJl/Iaqz1ihM9dajrHSULCg==")]
    public void The_vectors_of_the_page_open_the_door(string path, string signature) =>
        Assert.True(UsDoor.Opens(UsDial.Of("demo-us", "1795176710911", signature), path, UsKey.Demo, DateTimeOffset.FromUnixTimeMilliseconds(1795176710911)));

    [Theory]
    [InlineData(-30, true)]
    [InlineData(30, true)]
    [InlineData(-30.001, false)]
    [InlineData(30.001, false)]
    public void A_time_is_good_for_half_a_minute(double seconds, bool opens) =>
        Assert.Equal(opens, Open(UsDial.Markets(Now.AddSeconds(seconds))).Connection is not null);

    [Fact]
    public void Whatever_is_wrong_is_401_before_the_upgrade()
    {
        var timestamp = $"{Now.ToUnixTimeMilliseconds()}";
        var good = UsDial.Sign(UsKey.DemoSecret, $"{timestamp}GET/v1/ws/markets");
        Dial[] wrong =
        [
            Dial.To(""),
            UsDial.Of(null, timestamp, good),
            UsDial.Of("someone", timestamp, good),
            UsDial.Of("demo-us", null, good),
            UsDial.Of("demo-us", timestamp, null),
            UsDial.Of("demo-us", "soon", good),
            UsDial.Of("demo-us", $"-{timestamp}", good),
            UsDial.Of("demo-us", timestamp, new string('A', 88)),
            UsDial.Of("demo-us", timestamp, good.TrimEnd('=')),
            UsDial.Of("demo-us", timestamp, UsDial.Sign(UsKey.DemoSecret, $"{timestamp}GET/v1/ws/markets?a=1")),
            UsDial.Of("demo-us", timestamp, UsDial.Sign(UsKey.DemoSecret, $"{timestamp}GET/v1/ws/private")),
            UsDial.Of("demo-us", timestamp, UsDial.Sign(UsKey.DemoSecret, $"{timestamp} GET /v1/ws/markets")),
            UsDial.Signed(Now, "/v1/ws/markets", secret: Convert.ToBase64String(new byte[32])),
        ];
        foreach (var dial in wrong)
        {
            var refusal = Open(dial).Refusal!;
            Assert.Equal((401, """{"status":401,"message":"Unauthorized"}"""), (refusal.Status, Encoding.UTF8.GetString(refusal.Body!.Value.Span)));
        }
        Assert.Equal(wrong.Length, _run.StandIn.Venues.Single(static venue => venue.Name == "us-markets").Refused);
    }

    [Fact]
    public void One_key_may_hold_several_sockets_and_use_a_signature_again_while_it_is_fresh()
    {
        var dial = UsDial.Markets(Now);
        Assert.NotNull(Open(dial).Connection);
        Assert.NotNull(Open(dial).Connection);
        _run.Run(31);
        Assert.Equal(401, Open(dial).Refusal!.Status);
    }

    [Theory]
    [InlineData(401, "Unauthorized")]
    [InlineData(403, "Forbidden")]
    [InlineData(429, "Too Many Requests")]
    public void A_fault_refuses_in_the_words_of_the_venue_and_says_nothing_of_a_retry(int status, string message)
    {
        _run.StandIn.Faults.Inject(new Fault("us-private", FaultKind.Status) { Status = status });
        var refusal = _run.Us("us-private").Handshake.Refusal!;
        Assert.Equal((status, $$"""{"status":{{status}},"message":"{{message}}"}""", null), (refusal.Status, Encoding.UTF8.GetString(refusal.Body!.Value.Span), refusal.RetryAfter));
    }

    [Fact]
    public void A_fault_lets_the_handshake_hang()
    {
        _run.StandIn.Faults.Inject(new Fault("us-markets", FaultKind.Hang));
        Assert.Equal(Handshake.Hang, Open(UsDial.Markets(Now)));
    }

    private Handshake Open(Dial dial) => _run.Connect("us-markets", dial).Handshake;
}
