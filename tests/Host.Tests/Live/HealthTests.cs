using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>What probes and metrics say of a gateway that is well, and of one whose store does not take anything.</summary>
[Collection(nameof(LiveGateway))]
public sealed class HealthTests(LiveGateway gateway)
{
    private async Task<(int Status, string All, Dictionary<string, (string Status, string Message)> Checks)> Ready()
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(gateway.Operations, "/healthz/ready"), TestContext.Current.CancellationToken);
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return ((int)answer.StatusCode, body.GetProperty("status").GetString()!, body.GetProperty("checks").EnumerateArray().ToDictionary(
            static check => check.GetProperty("name").GetString()!, static check => (check.GetProperty("status").GetString()!, check.GetProperty("message").GetString()!)));
    }

    private async Task<Dictionary<string, double>> Metrics()
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(gateway.Operations, "/metrics"), TestContext.Current.CancellationToken);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => line[0] != '#')
            .ToDictionary(static line => line[..line.LastIndexOf(' ')], static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    // SQLite waits five seconds for a lock before it says that there is one.
    private static Task Until(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => Eventually.Holds(condition, Eventually.Patience * 3, what);

    [Fact]
    public async Task A_store_that_takes_nothing_is_degraded_for_tape_and_journal_and_well_again_when_it_does()
    {
        await Until(async () => (await Ready()).All == "ok");
        using (var other = new SqliteConnection($"Data Source={Path.Combine(gateway.Store, "oddswire.db")};Pooling=False"))
        {
            other.Open();
            Execute(other, "begin immediate");
            // A command that cannot get into the journal either.
            var added = gateway.Send(HttpMethod.Post, "/api/v1/keys", body: """{"name":"not-now","tier":"free"}""");
            await Until(async () => await Ready() is (200, "degraded", var checks) && checks["tape"].Status == "degraded" && checks["journal"].Status == "degraded" && checks["tape"].Message.Length > 0);
            Assert.Equal((1.0, 1.0), await Metrics() is var metrics ? (metrics["oddswire_tape_degraded"], metrics["oddswire_journal_degraded"]) : default);
            Execute(other, "rollback");
            await added;
        }
        await Until(async () => (await Ready()).All == "ok");
        Assert.Equal((0.0, 0.0), await Metrics() is var after ? (after["oddswire_tape_degraded"], after["oddswire_journal_degraded"]) : default);
    }

    [Fact]
    public async Task A_refused_feed_is_degraded_says_why_and_is_tried_again_when_an_operator_says_so()
    {
        await using var own = new LiveGateway();
        await own.InitializeAsync();
        var its = new HealthTests(own);
        await Until(async () => (await its.Ready()).All == "ok");
        await Fault(own, """{"venue":"rtds","kind":"status","status":401,"for":"60s"}""");
        await Fault(own, """{"venue":"rtds","kind":"drop"}""");
        await Until(async () => await its.Ready() is (200, "degraded", var checks) && checks["feed rtds"] == ("degraded", "refused: refused with HTTP 401"));
        Assert.Equal(1, (await its.Metrics())["""oddswire_feed_state{feed="rtds",state="refused"}"""]);
        using var http = new HttpClient();
        await http.DeleteAsync(new Uri(own.Simulator, "/sim/faults"), TestContext.Current.CancellationToken);
        Assert.Equal(202, (await own.Send(HttpMethod.Post, "/api/v1/feeds/rtds/retry")).Status);
        await Until(async () => (await its.Ready()).All == "ok");
    }

    [Fact]
    public async Task Connections_that_are_lost_and_clients_that_leave_are_no_warnings()
    {
        await using var own = new LiveGateway();
        await own.InitializeAsync();
        var its = new HealthTests(own);
        await Until(async () => (await its.Ready()).All == "ok");
        using (var client = await RawSocket.Open(own.Sockets))
        {
            await client.Text(Oddswire.Host.Operations.Greeting.Subscribe);
            Assert.Contains("\"ack\"", await client.NextText(), StringComparison.Ordinal);
        }
        await Fault(own, """{"venue":"rtds","kind":"drop"}""");
        await Until(async () => (await its.Metrics())["""oddswire_feed_restarts{feed="rtds"}"""] >= 1 && (await its.Ready()).All == "ok");
        Assert.Equal(0, (await its.Metrics())["oddswire_sessions"]);
        Assert.DoesNotContain(own.Terminal.Error.Split('\n'), static line => line.Contains(" warning ", StringComparison.Ordinal) || line.Contains("Dead letter", StringComparison.Ordinal));
    }

    private static async Task Fault(LiveGateway gateway, string fault)
    {
        using var http = new HttpClient();
        using var body = new StringContent(fault, System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(gateway.Simulator, "/sim/faults"), body, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task Metrics_tell_what_an_operator_asks()
    {
        await using var client = gateway.Client();
        await client.Connect(TestContext.Current.CancellationToken);
        await Until(async () => (await Ready()).All == "ok");
        // A gateway that is ready may have been told of nothing yet.
        await Until(async () => await Metrics() is var told && told.ContainsKey("""oddswire_fills_observed{feed="polygon"}""") && told.GetValueOrDefault("oddswire_tape_fills") > 0);
        var metrics = await Metrics();
        Assert.Equal(1, metrics["""oddswire_feed_state{feed="rtds",state="live"}"""]);
        Assert.Equal(0, metrics["""oddswire_feed_state{feed="rtds",state="refused"}"""]);
        Assert.True(metrics["""oddswire_feed_connections_live{feed="polygon"}"""] >= 1);
        Assert.True(metrics["""oddswire_fills_observed{feed="polygon"}"""] > 0);
        Assert.True(metrics["oddswire_sessions"] >= 1);
        Assert.True(metrics["oddswire_tape_fills"] > 0);
        Assert.True(metrics["oddswire_tape_commits"] > 0);
        Assert.True(metrics["oddswire_tape_commit_seconds_count"] > 0);
        Assert.True(metrics["""oddswire_tape_commit_seconds_bucket{le="5"}"""] > 0);
        Assert.True(metrics["oddswire_journal_commits"] > 0);
        Assert.InRange(metrics["oddswire_tape_lag_seconds"], -5, 60);
        Assert.Contains("""oddswire_gaps{state="open"}""", metrics.Keys);
        Assert.Contains("""oddswire_feed_restarts{feed="rtds"}""", metrics.Keys);
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // two constants
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
