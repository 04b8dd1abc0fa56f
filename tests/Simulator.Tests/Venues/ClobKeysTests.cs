using System.Text.Json;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.Venues.Clob;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.Venues;

public sealed class ClobKeysTests
{
    private const string Hardhat = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

    // By that account's key: chain 137, timestamp 10000000, nonce 23; made with another implementation of EIP-712.
    private const string Signature =
        "0x1a7118db6100dfd8efd102be36f472b59475dcac56eb4c9a2a94748d3655ba7c3c89deb8c19ee79eceb0a531122fbfbe88ed118034f9d8212e2b725e7b296b9d1c";

    private readonly StandInRun _run = new(new WorldSettings { DemoAccount = true });

    private (int Status, JsonElement Body) Ask(string method, string path, params (string Name, string Value)[] headers)
    {
        var answer = _run.StandIn.Ask("clob-user", new HttpQuestion(method, path, [], "test", default)
        {
            Header = name => headers.FirstOrDefault(header => header.Name == name).Value,
        });
        return (answer.Status, JsonElement.Parse(answer.Body.Span));
    }

    private static (string, string)[] Headers(string signature = Signature, string nonce = "23", string address = Hardhat, string timestamp = "10000000") =>
        [("POLY_ADDRESS", address), ("POLY_SIGNATURE", signature), ("POLY_TIMESTAMP", timestamp), ("POLY_NONCE", nonce)];

    /// <summary>The vector of the protocol page, section 3.</summary>
    [Fact]
    public void The_published_signature_is_that_of_its_wallet()
    {
        const string published = "0xf62319a987514da40e57e2f4d7529f7bac38f0355bd88bb5adbb3768d80de6c1682518e0af677d5260366425f4361e7b70c25ae232aff0ab2331e2b164a1aedc1b";
        var digest = ClobSignature.Digest(Address.Parse(Hardhat), "10000000", 23, 80002);
        Assert.Equal(Hardhat, ClobSignature.Signer(digest, published)?.Checksummed);
        Assert.NotEqual(Hardhat, ClobSignature.Signer(ClobSignature.Digest(Address.Parse(Hardhat), "10000000", 24, 80002), published)?.Checksummed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("0xzz")]
    public void What_is_no_signature_has_no_signer(string signature) => Assert.Null(ClobSignature.Signer(new byte[32], signature));

    [Theory]
    [InlineData(0, 1, 27)]
    [InlineData(1, 0, 27)]
    [InlineData(1, 1, 29)]
    [InlineData(5, 1, 27)]      // no point of the curve has this x
    public void Numbers_that_cannot_be_have_no_signer(int r, int s, int v) =>
        Assert.Null(ClobSignature.Signer(new byte[32], $"0x{r:x64}{s:x64}{v:x2}"));

    [Fact]
    public void Credentials_are_made_once_per_nonce_and_derived_as_often_as_one_likes()
    {
        Assert.Equal((400, "Could not derive api key!"), Ask("GET", "/auth/derive-api-key", Headers()) is var none ? (none.Status, none.Body.GetProperty("error").GetString()) : default);
        var (status, made) = Ask("POST", "/auth/api-key", Headers());
        Assert.Equal(200, status);
        Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", made.GetProperty("apiKey").GetString());
        Assert.Equal("NONCE_ALREADY_USED", Ask("POST", "/auth/api-key", Headers()).Body.GetProperty("error").GetString());
        Assert.Equal(made.GetRawText(), Ask("GET", "/auth/derive-api-key", Headers()).Body.GetRawText());
    }

    [Fact]
    public void The_credentials_open_the_account_of_the_wallet()
    {
        var (_, made) = Ask("POST", "/auth/api-key", Headers());
        var client = _run.Connect("clob-user").Say($$"""{"auth":{{made.GetRawText()}},"type":"user"}""");
        _run.Run(10);
        Assert.NotEmpty(client.Data);
        Assert.All(client.Data, told => Assert.Equal(made.GetProperty("apiKey").GetString(), told.GetProperty("owner").GetString()));
    }

    [Fact]
    public void A_signature_of_something_else_or_of_somebody_else_is_refused()
    {
        foreach (var headers in new[] { Headers(nonce: "24"), Headers(timestamp: "10000001"), Headers(address: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"), Headers(signature: "0x00") })
            Assert.Equal((401, "INVALID_SIGNATURE"), Ask("POST", "/auth/api-key", headers) is var (status, body) ? (status, body.GetProperty("error").GetString()) : default);
    }

    [Theory]
    [InlineData("clob-market", "/auth/derive-api-key", 401)]
    [InlineData("clob-user", "/book", 404)]
    public void Its_REST_and_that_of_the_books_are_one_host(string venue, string path, int status)
    {
        var answer = _run.StandIn.Ask(venue, new HttpQuestion("GET", path, [KeyValuePair.Create("token_id", "1")], "test", default));
        Assert.Equal(status, answer.Status);
        if (path == "/book") Assert.Contains("No orderbook exists", System.Text.Encoding.UTF8.GetString(answer.Body.Span));
    }

    [Fact]
    public void Headers_that_are_missing_or_wrong_are_refused()
    {
        foreach (var headers in new[] { [], Headers(address: "0x12"), Headers(timestamp: "now"), Headers(nonce: "-1"), Headers(signature: "") })
            Assert.Equal((401, "Invalid L1 Request headers"), Ask("POST", "/auth/api-key", headers) is var (status, body) ? (status, body.GetProperty("error").GetString()) : default);
        Assert.Equal(404, Ask("GET", "/auth/nothing").Status);
        Assert.Equal(405, Ask("DELETE", "/auth/api-key").Status);
    }
}
