using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>/api/v1/subscriptions: the messages of durable subscriptions, as HTTP.</summary>
internal sealed class SubscriptionsApi(ActorSystem system, ActorRef<SubscriptionMessage> subscriptions, ActorRef<LedgerMessage> ledger)
{
    // A change that is not in the journal by then is answered 503; given again under the same command id it happens once.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const int MostOnPage = 1_000;

    internal Task<Answer> Create(Call call) => Given(call, request =>
    {
        if (request.Filter is not { } filter)
            return Task.FromResult(SubscriptionRequest.Invalid("filters", "give filters: users, condition_ids or market_slugs"));
        return Change(call, 201, to => new DurableCommand.Create(By(call), request.CommandId, request.Name ?? "", filter, request.From, to));
    });

    internal Task<Answer> Update(Call call) => About(call, id => Given(call, request =>
        request.Filter is null && request.Name is null
            ? Task.FromResult(SubscriptionRequest.Invalid("filters", "give filters, name or both"))
            : Change(call, 200, to => new DurableCommand.Change(id, By(call), request.CommandId, request.Filter, request.Name, to))));

    internal Task<Answer> Pause(Call call) => About(call, id => Given(call, request =>
        Change(call, 200, to => new DurableCommand.Pause(id, By(call), request.CommandId, to))));

    internal Task<Answer> Resume(Call call) => About(call, id => Given(call, request =>
        Change(call, 200, to => new DurableCommand.Resume(id, By(call), request.CommandId, request.Skip, to))));

    internal Task<Answer> Delete(Call call) => About(call, id => SubscriptionRequest.IsCommandId(call.Query("command_id"))
        ? Change(call, 204, to => new DurableCommand.Delete(id, By(call), call.Query("command_id"), to))
        : Task.FromResult(SubscriptionRequest.Invalid("command_id", "give the command a name of your own: ?command_id=, 1 to 128 characters")));

    internal Task<Answer> Get(Call call) => About(call, async id =>
        Answered(call, 200, await system.Ask(subscriptions, (ActorRef<SubscriptionAnswer> to) => new DurableCommand.Get(id, By(call), to), Patience)));

    internal async Task<Answer> List(Call call)
    {
        SubscriptionId? after = null;
        if (call.Query("after") is { Length: > 0 } text)
        {
            if (!SubscriptionId.TryParse(text, out var id))
                return SubscriptionRequest.Invalid("after", "after is the next of the page before");
            after = id;
        }
        var limit = 100;
        if (call.Query("limit") is { Length: > 0 } number && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostOnPage))
            return SubscriptionRequest.Invalid("limit", $"limit is 1 to {MostOnPage}");
        var page = await system.Ask(subscriptions, (ActorRef<SubscriptionList> to) => new DurableCommand.List(By(call), after, limit, to), Patience);
        return Answer.Of(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("subscriptions");
            foreach (var subscription in page.Subscriptions)
                Write(json, subscription);
            json.WriteEndArray();
            json.WriteString("next", page.Next?.ToString());
            json.WriteEndObject();
        });
    }

    private static Task<Answer> About(Call call, Func<SubscriptionId, Task<Answer>> then) =>
        SubscriptionId.TryParse(call.Name, out var id) ? then(id) : Task.FromResult(NotFound($"there is no subscription '{call.Name}'"));

    private static async Task<Answer> Given(Call call, Func<SubscriptionRequest, Task<Answer>> then)
    {
        var mostValues = call.Caller.Limits.WalletsPerSubscription;
        if (await call.Body(SubscriptionRequest.LargestBody(mostValues)) is not { } body)
            return Answer.Error(413, "BODY_TOO_LARGE", $"with {mostValues} values per array a request is never so large");
        var (request, refusal) = SubscriptionRequest.Read(body.Span, mostValues);
        return request is null ? refusal : await then(request);
    }

    private async Task<Answer> Change(Call call, int status, Func<ActorRef<SubscriptionAnswer>, SubscriptionMessage> command)
    {
        try
        {
            var answer = await system.Ask(subscriptions, command, Patience);
            if (answer is SubscriptionAnswer.Refused refused)
                Record(call, refused);
            return Answered(call, status, answer);
        }
        catch (TimeoutException)
        {
            return Answer.Error(503, "STORE_UNAVAILABLE", "the journal did not answer, so it is not known whether this was done: give the same command again, with its command_id");
        }
    }

    /// <summary>What is done is in the journal with who asked for it; what is not is told to the ledger.</summary>
    private void Record(Call call, SubscriptionAnswer.Refused refused) => ledger.Tell(new LedgerMessage.ClientFact(new ClientAct(
        Deed.Refused, call.Caller.Name, call.Asker.Address, "http", $"{call.Http.Request.Method} {call.Http.Request.Path}",
        SubscriptionId.TryParse(call.Name, out var id) ? [id] : [], Filter: null, refused.Why.ToString(), refused.Message)));

    private static Answer Answered(Call call, int status, SubscriptionAnswer answer)
    {
        if (answer is SubscriptionAnswer.Refused refused)
            return Refused(refused);
        var done = (SubscriptionAnswer.Done)answer;
        if (done.WasDone)
            call.Http.Response.Headers["Idempotent-Replay"] = "true";
        return status == 204 ? new Answer(204, default) : Answer.Of(done.WasDone ? 200 : status, json => Write(json, done.Subscription));
    }

    private static Answer Refused(SubscriptionAnswer.Refused refused) => refused.Why switch
    {
        SubscriptionRefusal.NotFound => NotFound(refused.Message),
        SubscriptionRefusal.CommandIdReused => Answer.Error(409, "COMMAND_ID_REUSED", refused.Message, "command_id"),
        SubscriptionRefusal.TooManySubscriptions => Answer.Error(409, "SUBSCRIPTION_LIMIT", refused.Message),
        SubscriptionRefusal.TooManyValues => Answer.Error(400, "ITEMS_PER_SUB_LIMIT", refused.Message, "filters"),
        SubscriptionRefusal.WildcardNotAllowed => Answer.Error(403, "WILDCARD_NOT_ALLOWED", refused.Message, "filters"),
        SubscriptionRefusal.PositionUnknown => Answer.Error(400, "POSITION_UNKNOWN", refused.Message, "from"),
        SubscriptionRefusal.PositionTooOld => Answer.Error(409, "POSITION_TOO_OLD", $"{refused.Message}; the oldest is {refused.Oldest}", "from"),
        SubscriptionRefusal.WrongState => Answer.Error(409, "SUBSCRIPTION_EXPIRED", refused.Message),
    };

    private static Answer NotFound(string message) => Answer.Error(404, "NOT_FOUND", message);

    private static Caller By(Call call) => new(call.Caller, call.Asker.Address);

    private static void Write(Utf8JsonWriter json, SubscriptionInfo subscription)
    {
        json.WriteStartObject();
        json.WriteString("id", subscription.Id.ToString());
        json.WriteString("name", subscription.Name);
        json.WriteString("state", FeedsJson.Name(subscription.State));
        json.WritePropertyName("filters");
        var filters = new ArrayBufferWriter<byte>();
        DomeFilterCodec.Encode(subscription.Filter, filters);
        json.WriteRawValue(filters.WrittenSpan, skipInputValidation: true);
        json.WriteString("acknowledged", subscription.Acknowledged.ToString());
        json.WriteString("head", subscription.Head.ToString());
        json.WriteBoolean("attached", subscription.Attached);
        json.WriteString("created_at", FeedsJson.Time(subscription.CreatedAt));
        json.WriteEndObject();
    }
}
