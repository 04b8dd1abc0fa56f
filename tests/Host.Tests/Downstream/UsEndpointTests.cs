using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Oddswire.Actors.Keys;
using Oddswire.Host.Downstream;
using Oddswire.Host.Settings;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Protocols.PolymarketUs;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Downstream;

/// <summary>Who gets in, with the signatures of the protocol page. The keys here may not do what they sign for: who is let through so far is refused with 403, not 401.</summary>
public sealed class UsEndpointTests : IDisposable
{
    private const long Signed = 1795176710911;
    private const string OfMarkets = "OAqu2Hrj2TAw1es95S38zYht/7aKbk5eHrHrEpj8wnENFgvtg/wxPR0R64osceuZPDOoH50ehi2Gedl4btaYCg==";
    private const string OfPrivate = "Vq0729fYZkTUrzwmZdfF9NKF3MePjTogxyegV0x7U8V7Eb7EKnH0sc/Gww2+6zODJl/Iaqz1ihM9dajrHSULCg==";

    private readonly TestSystem _kit = new();
    private readonly RecordedLog _log = new();
    private readonly Probe<LedgerMessage> _ledger;

    public UsEndpointTests() => _ledger = _kit.Probe<LedgerMessage>();

    public void Dispose() => _log.Dispose();

    private sealed class Clock(long now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(now);
    }

    private static KeyRecord Signer(string name, string id) => new(name, Keyring.HashOfId(id), Tier.Dev, ["orders"], null, null, 0)
    {
        Kind = KeyKind.Ed25519,
        Signing = new SigningKey(id, "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", Legacy: false, Snake: false),
    };

    private async Task<(int Status, string Code)> Dial(string? id = "id", string? timestamp = null, string? signature = OfMarkets, long late = 0, UsSocket socket = UsSocket.Markets, string query = "", bool hasAccount = true)
    {
        var keys = new Keyring([Signer("desk", "id")], 5, 50);
        var door = new UsDoor(
            null!, null!, keys, new RefusalRecord(_ledger), hasAccount ? ["main"] : [], hasAccount, new UsSettings(false, true, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), 10, 10), new Clock(Signed + late), _log);
        var http = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        http.Request.QueryString = new QueryString(query);
        foreach (var (name, value) in new[] { (UsHeaders.AccessKeyName, id), (UsHeaders.TimestampName, timestamp ?? Signed.ToString(CultureInfo.InvariantCulture)), (UsHeaders.SignatureName, signature) })
        {
            if (value is not null)
                http.Request.Headers[name] = value;
        }
        await new UsEndpoint(socket, door).Serve(http);
        var body = JsonElement.Parse(((MemoryStream)http.Response.Body).ToArray());
        return (http.Response.StatusCode, body.GetProperty("error").GetString()!);
    }

    [Theory]
    [InlineData(UsSocket.Markets, OfMarkets, 0, "")]
    [InlineData(UsSocket.Markets, OfMarkets, 30_000, "?ext=1")]      // the query is not signed
    [InlineData(UsSocket.Markets, OfMarkets, -30_000, "")]
    [InlineData(UsSocket.Private, OfPrivate, 0, "")]
    internal async Task A_good_signature_lets_a_key_as_far_as_its_scopes_go(UsSocket socket, string signature, long late, string query)
    {
        Assert.Equal((403, "FORBIDDEN"), await Dial(signature: signature, late: late, socket: socket, query: query));
        var act = _ledger.Expect<LedgerMessage.ClientFact>().Act;
        Assert.Equal(("desk", "dial", "FORBIDDEN"), (act.Key, act.Action, act.Reason));
    }

    [Theory]
    [InlineData("id", null, OfMarkets, 30_001, "STALE_TIMESTAMP")]
    [InlineData("id", null, OfMarkets, -30_001, "STALE_TIMESTAMP")]
    [InlineData("id", null, OfPrivate, 0, "INVALID_SIGNATURE")]
    [InlineData("id", "1795176710912", OfMarkets, 0, "INVALID_SIGNATURE")]
    [InlineData("id", null, "c2hvcnQ=", 0, "INVALID_SIGNATURE")]
    [InlineData("id", null, "not base64 at all", 0, "INVALID_SIGNATURE")]
    [InlineData("id", "1795176710.911", OfMarkets, 0, "INVALID_TIMESTAMP")]
    [InlineData("id", "99999999999999999999", OfMarkets, 0, "INVALID_TIMESTAMP")]
    [InlineData("somebody", null, OfMarkets, 0, "INVALID_API_KEY")]
    [InlineData(null, null, OfMarkets, 0, "KEY_REQUIRED")]
    [InlineData("id", "", OfMarkets, 0, "KEY_REQUIRED")]
    [InlineData("id", null, null, 0, "KEY_REQUIRED")]
    public async Task Whoever_has_none_gets_401_and_the_log_says_why_without_it(string? id, string? timestamp, string? signature, long late, string code)
    {
        Assert.Equal((401, code), await Dial(id, timestamp, signature, late));
        var line = Assert.Single(_log.Lines).Text;
        Assert.Contains(code, line, StringComparison.Ordinal);
        var act = _ledger.Expect<LedgerMessage.ClientFact>().Act;
        Assert.Equal(("", "us-markets", code), (act.Key, act.Protocol, act.Reason));
        foreach (var told in new[] { line, act.ToString() })
        {
            Assert.DoesNotContain("somebody", told, StringComparison.Ordinal);
            Assert.False(signature?.Length > 0 && told.Contains(signature, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Whatever_the_headers_are_it_is_an_answer_and_nobody_is_let_in()
    {
        string[] ids = ["id", "", "é", new string('x', 5_000), "id id"];
        string[] times = ["1795176710911", "-1795176710911", "1795176710911 ", "0x1", "", "9", "١٧٩٥١٧٦٧١٠٩١١"];
        var random = new Random(3);
        var signature = new byte[64];
        for (var i = 0; i < 500; i++)
        {
            random.NextBytes(signature);
            if (i % 3 == 0)
                Convert.FromBase64String(OfMarkets).CopyTo(signature, 0);
            signature[random.Next(64)] ^= (byte)(1 << random.Next(8));
            var text = Convert.ToBase64String(signature)[..(random.Next(4) switch { 0 => 84, 1 => 0, _ => 88 })];
            Assert.Equal(401, (await Dial(ids[random.Next(ids.Length)], times[random.Next(times.Length)], text)).Status);
        }
    }

    [Fact]
    public async Task Who_dials_and_dials_costs_ten_lines_of_the_log_a_second()
    {
        var keys = new Keyring([], 5, 50);
        var door = new UsDoor(null!, null!, keys, new RefusalRecord(_ledger), ["main"], true, new UsSettings(false, true, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), 10, 10), new Clock(Signed), _log);
        var endpoint = new UsEndpoint(UsSocket.Markets, door);
        for (var i = 0; i < 100; i++)
            await endpoint.Serve(new DefaultHttpContext { Response = { Body = new MemoryStream() } });
        Assert.InRange(_log.Lines.Count, 1, 12);
        Assert.Equal(100, _ledger.Drain().Count);
    }

    [Fact]
    public async Task How_far_the_clocks_are_apart_is_in_the_log()
    {
        await Dial(late: 3_600_000);
        Assert.Contains("-3600.0 s from the gateway's clock", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_followed_nothing_is_served()
    {
        Assert.Equal((404, "NOT_SERVED"), await Dial(hasAccount: false));
        Assert.Equal((404, "NOT_SERVED"), await Dial(hasAccount: false, socket: UsSocket.Private));
    }
}
