using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Oddswire.Simulator.Shell.Sockets;
using Oddswire.Simulator.Venues;

namespace Oddswire.Simulator.Shell;

// Brings requests to the venues: upgrades to their sockets, everything else to their HTTP side.
internal sealed class VenueRoutes(IReadOnlyList<Venue> venues, LiveStandIn live, TimeProvider time, ILogger log)
{
    // Two blocks of logs at the highest rate; the bytes are shared by all connections that wait for the same frames.
    private const long Backlog = 128L * 1024 * 1024;
    private const int LargestBody = 8 * 1024 * 1024;

    public string Served => string.Join(", ", venues.Select(static venue => venue.Name == "dome" ? "/dome/KEY" : venue.Path));

    // By its name, with whatever is behind it; or at its own path, where that is another one.
    public (Venue Venue, string Below)? Find(string path)
    {
        var slash = path.IndexOf('/', 1);
        var (first, rest) = slash < 0 ? (path.TrimStart('/'), "") : (path[1..slash], path[slash..]);
        foreach (var venue in venues)
            if (venue.Name == first) return (venue, rest);
            else if (venue.Path == path) return (venue, "");
        return null;
    }

    public Task Handle(HttpContext context, Venue venue, string path, CancellationToken stopping)
    {
        if (venue is SocketVenue && WebSocketHandshake.IsAskedFor(context)) return Socket(context, venue.Name, path, stopping);
        if (venue is IAnswersHttp) return Http(context, venue.Name, path, stopping);
        context.Response.Headers.Upgrade = "websocket";
        return JsonAnswers.Write(context, 426, new { error = "UPGRADE_REQUIRED", message = $"{venue.Name} speaks WebSocket" });
    }

    private async Task Socket(HttpContext context, string venue, string path, CancellationToken stopping)
    {
        using var outbox = new Outbox(Backlog, context.Abort);
        var handshake = live.Use(standIn => standIn.Open(venue, new Dial(path, name => context.Request.Headers[name]), outbox));
        if (handshake.Refusal is { } refusal)
        {
            if (refusal.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = $"{seconds}";
            if (refusal.Body is { } body) await JsonAnswers.Write(context, refusal.Status, body.ToArray());
            else await JsonAnswers.Write(context, refusal.Status, new { error = refusal.Error, message = refusal.Message });
        }
        else if (handshake.Connection is not { } connection)
        {
            await Hang(context, stopping);
        }
        else
        {
            log.Opened(venue, connection.Id);
            await Run(context, connection, outbox, stopping);
            if (outbox.Overflowed) log.CutOff(venue, connection.Id);
            log.Ended(venue, connection.Id);
        }
    }

    private async Task Run(HttpContext context, Connection connection, Outbox outbox, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        try
        {
            var stream = await WebSocketHandshake.Accept(context);
            await new SocketSession(stream, connection, outbox, live, time).Run(ending.Token);
        }
        finally
        {
            live.Use(_ => connection.Lost());
        }
    }

    private async Task Http(HttpContext context, string venue, string path, CancellationToken stopping)
    {
        if (await Bodies.Read(context, LargestBody) is not { } body)
        {
            await JsonAnswers.Write(context, 413, new { error = "TOO_LARGE", message = $"at most {LargestBody} bytes" });
            return;
        }
        var query = QueryHelpers.ParseQuery(context.Request.QueryString.Value)
            .SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value ?? "")).ToList();
        var question = new HttpQuestion(context.Request.Method, path, query, context.Request.Headers.UserAgent.ToString(), body)
        {
            Header = name => context.Request.Headers[name],
        };
        var answer = live.Use(standIn => standIn.Ask(venue, question));
        if (answer.Delay > TimeSpan.Zero) await Task.Delay(answer.Delay, time, context.RequestAborted);
        if (answer.Fate == AnswerFate.Hangs) await Hang(context, stopping);
        else if (answer.Fate == AnswerFate.Dropped) context.Abort();
        else await Send(context, answer);
    }

    private static async Task Send(HttpContext context, HttpAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        foreach (var (name, value) in answer.Headers) context.Response.Headers[name] = value;
        var body = answer.Fate == AnswerFate.Half ? answer.Body[..(answer.Body.Length / 2)] : answer.Body;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        if (answer.Fate == AnswerFate.Half) context.Abort();
    }

    // No answer, ever: until the client gives up.
    private async Task Hang(HttpContext context, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, ending.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }
}
