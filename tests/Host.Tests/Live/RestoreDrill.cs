using System.Text.Json;
using Oddswire.Host.CommandLine;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>
/// A gateway with keys, durable subscriptions and fills; its store as text; another gateway on a store that was filled from it. Whoever had a
/// key and a subscription notices nothing but the interruption.
/// </summary>
internal static class RestoreDrill
{
    internal const string Seal = "journal.hmac_key=a key that nobody guesses";

    internal static async Task Run(string[] from, params string[][] to)
    {
        using var folder = new TempFolder();
        await using var gateway = new LiveGateway();
        await gateway.InitializeAsync();
        await gateway.Stop();

        await gateway.Start([.. from, Seal]);
        var key = (await gateway.Send(HttpMethod.Post, "/api/v1/keys", body: """{"name":"drill","tier":"enterprise","scopes":["stream","orders","subscriptions"]}""")).Body.GetProperty("secret").GetString()!;
        var desk = new DurableDesk(gateway, key);
        var id = (await desk.Create("""{"users":["*"]}""")).Text("id");
        Position half;
        using (var socket = await desk.Attach(id))
        {
            var positions = await Positions(socket, 40);
            half = positions[19];
            await socket.Text($$"""{"action":"ack","subscription_id":"{{id}}","position":"{{half}}"}""");
            await desk.Acknowledged(id, half.ToString());
        }
        await gateway.Stop();

        foreach (var (n, store) in to.Index())
        {
            var text = Path.Combine(folder.Path, $"store{n}.jsonl");
            var exported = await gateway.Verb(["journal", "export", .. Sets([.. from, Seal])]);
            Assert.Equal(ExitCode.Done, exported.Code);
            await File.WriteAllTextAsync(text, exported.Out, TestContext.Current.CancellationToken);
            var (code, told, error) = await gateway.Verb(["journal", "import", text, "--json", .. Sets([.. store, Seal])]);
            Assert.True(code == ExitCode.Done, error + told);
            Assert.True(JsonElement.Parse(told).GetProperty("fills").GetInt64() >= 40);
            Assert.Equal(exported.Out, (await gateway.Verb(["journal", "export", .. Sets([.. store, Seal])])).Out); // byte by byte
            await Verified(gateway, store);

            await gateway.Start([.. store, Seal]);
            desk = new DurableDesk(gateway, key);
            using (var socket = await desk.Attach(id))
            {
                var attached = JsonElement.Parse(await socket.NextText());
                Assert.Equal(half.ToString(), attached.GetProperty("position").GetString());
                var positions = await Positions(socket, 30);
                Assert.Equal(positions.Select((_, i) => half.Offset + 1 + i), positions.Select(static position => position.Offset));
                half = positions[^1];
                await socket.Text($$"""{"action":"ack","subscription_id":"{{id}}","position":"{{half}}"}""");
                await desk.Acknowledged(id, half.ToString());
            }
            await gateway.Stop();
            await Verified(gateway, store);
            Assert.Equal(ExitCode.Failed, (await gateway.Verb(["journal", "import", text, .. Sets([.. store, Seal])])).Code); // it is not empty any more
            from = store;
        }
        await gateway.Start();
    }

    internal static IEnumerable<string> Sets(IEnumerable<string> sets) => sets.SelectMany(static set => new[] { "--set", set });

    private static async Task Verified(LiveGateway gateway, string[] store)
    {
        var (code, told, _) = await gateway.Verb(["journal", "verify", "--json", .. Sets([.. store, Seal])]);
        Assert.True(code == ExitCode.Done, told);
    }

    private static async Task<List<Position>> Positions(RawSocket socket, int count)
    {
        var positions = new List<Position>();
        while (positions.Count < count)
        {
            var frame = JsonElement.Parse(await socket.NextText());
            if (frame.GetProperty("type").GetString() == "event" && Position.TryParse(frame.GetProperty("position").GetString(), out var position)) positions.Add(position);
        }
        return positions;
    }
}
