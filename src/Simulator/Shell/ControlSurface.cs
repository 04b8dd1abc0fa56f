using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Oddswire.Simulator.Faults;

namespace Oddswire.Simulator.Shell;

// The paths under /sim: what the world is, what happened in it, and what is to go wrong.
internal sealed class ControlSurface(LiveStandIn live, TimeProvider time, ILogger log)
{
    private const int LargestBody = 64 * 1024;
    private const int DefaultLimit = 1_000;
    private const int HighestLimit = 10_000;

    // Matches settle within four seconds of their making.
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public Task Handle(HttpContext context, string path) => (context.Request.Method, path) switch
    {
        ("GET", "") => JsonAnswers.Write(context, 200, live.Use(it => SimReport.State(it, context.Request.Host.Value ?? ""))),
        ("GET", "/fills") => GetFills(context),
        ("GET", "/faults") => JsonAnswers.Write(context, 200, live.Use(it => SimReport.Faults(it.Faults))),
        ("POST", "/faults") => PostFault(context),
        ("DELETE", "/faults") => HealAll(context),
        ("DELETE", _) when path.StartsWith("/faults/", StringComparison.Ordinal) => Heal(context, path["/faults/".Length..]),
        ("POST", "/pause") => Pause(context),
        ("POST", "/resume") => Resume(context),
        _ => JsonAnswers.Write(context, 404, new { error = "NOT_FOUND", message = "served here: GET /sim, /sim/fills, /sim/faults; POST /sim/faults, /sim/pause, /sim/resume; DELETE /sim/faults, /sim/faults/ID" }),
    };

    private Task GetFills(HttpContext context)
    {
        if (!TryNumber(context, "after", 0, long.MaxValue - 1, out var after)) return BadRequest(context, "after", "expected a number from 0");
        if (!TryNumber(context, "limit", DefaultLimit, HighestLimit, out var limit) || limit == 0) return BadRequest(context, "limit", $"expected a number from 1 to {HighestLimit}");
        return JsonAnswers.Write(context, 200, live.Use(it => SimReport.Fills(it.World.Chain.Fills, after, (int)limit)));
    }

    private async Task PostFault(HttpContext context)
    {
        try
        {
            if (await Bodies.Read(context, LargestBody) is not { } body) throw new FaultRejectedException("", "the body is too large");
            using var json = JsonDocument.Parse(body);
            var fault = FaultReader.Read(json.RootElement);
            var active = live.Use(it => it.Faults.Inject(fault));
            log.Injected(active.Id, FaultNames.Of(fault.Kind), fault.Venue);
            await JsonAnswers.Write(context, 201, new { id = active.Id });
        }
        catch (FaultRejectedException e)
        {
            await BadRequest(context, e.Field, e.Message);
        }
        catch (JsonException)
        {
            await BadRequest(context, "", "the body is not JSON");
        }
    }

    private Task Heal(HttpContext context, string id)
    {
        if (!live.Use(it => it.Faults.Heal(id))) return JsonAnswers.Write(context, 404, new { error = "NOT_FOUND", message = "no such fault" });
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private Task HealAll(HttpContext context)
    {
        live.Use(it => it.Faults.HealAll());
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    // Answers when the last match that was made is on the chain, so that what /sim/fills then lists is all there is.
    private async Task Pause(HttpContext context)
    {
        live.Use(it => it.World.Pause());
        var until = time.GetUtcNow() + LongestSettling;
        while (!live.Use(it => it.Settled) && time.GetUtcNow() < until) await Task.Delay(Poll, time, context.RequestAborted);
        await JsonAnswers.Write(context, 200, new { paused = true });
    }

    private Task Resume(HttpContext context)
    {
        live.Use(it => it.World.Resume());
        return JsonAnswers.Write(context, 200, new { paused = false });
    }

    private static bool TryNumber(HttpContext context, string name, long otherwise, long most, out long number)
    {
        number = otherwise;
        return context.Request.Query[name].ToString() is not { Length: > 0 } text
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most);
    }

    private static Task BadRequest(HttpContext context, string field, string message) =>
        JsonAnswers.Write(context, 400, new { error = "BAD_REQUEST", message, field });
}
