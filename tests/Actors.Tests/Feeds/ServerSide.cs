using System.Text;
using System.Text.Json;
using Oddswire.Actors.Feeds;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Tests.Feeds;

/// <summary>A Dome server with a tier, at the other end of a conversation: keeps what is subscribed, and answers when a test says so.</summary>
internal sealed class ServerSide(int subscriptions, int items, bool wildcard = true)
{
    private readonly Queue<string> _answers = [];
    private int _ids;
    private int _seen;

    internal Talk Talk { get; } = new() { Running = 1_000_000 };
    internal DomeConversation Conversation { get; init; } = new(new DomeRules(500, 500, TimeSpan.FromSeconds(30)));

    /// <summary>By id, as the filters stand there: users, condition_ids and market_slugs in one.</summary>
    internal SortedDictionary<string, HashSet<string>> Subscribed { get; } = new(StringComparer.Ordinal);

    internal List<string> Commands { get; } = [];
    internal bool IsDumb { get; set; }

    internal static ServerSide For(DomeRules rules, int? subscriptions = null, int? items = null, bool wildcard = true) =>
        new(subscriptions ?? rules.Subscriptions, items ?? rules.Wallets, wildcard) { Conversation = new(rules) };

    internal ServerSide Open(params IReadOnlyCollection<Interest> wanted)
    {
        Conversation.Opened(wanted, Talk);
        return Take();
    }

    internal void Want(IEnumerable<Interest> began, IEnumerable<Interest> ended) => Conversation.Want(new([.. began], [.. ended]), Talk);

    /// <summary>Ticks, and everything is answered in between.</summary>
    internal ServerSide Run(int ticks = 1)
    {
        for (; ticks > 0; ticks--)
        {
            AnswerAll();
            Talk.Running += (long)Conversation.TickEvery.TotalMilliseconds;
            Conversation.Tick(Talk);
            Take();
        }
        AnswerAll();
        return this;
    }

    internal void AnswerAll()
    {
        while (!IsDumb && _answers.TryDequeue(out var answer))
            Say(answer);
    }

    internal void Say(string frame)
    {
        Conversation.Heard(Encoding.UTF8.GetBytes(frame), Talk);
        Take();
    }

    internal IEnumerable<string> Everything() => Subscribed.Values.SelectMany(static filter => filter).Order(StringComparer.Ordinal);

    /// <summary>What the conversation has sent since: each command is done at once, and answered later.</summary>
    private ServerSide Take()
    {
        for (; _seen < Talk.Frames.Count; _seen++)
        {
            using var json = JsonDocument.Parse(Talk.Frames[_seen]);
            var frame = json.RootElement;
            var action = frame.GetProperty("action").GetString()!;
            var id = frame.TryGetProperty("subscription_id", out var given) ? given.GetString() : null;
            Commands.Add(action);
            if (action == "unsubscribe")
                Subscribed.Remove(id!);
            else
                _answers.Enqueue(Apply(action, id, [.. frame.GetProperty("filters").EnumerateObject().SelectMany(static array => array.Value.EnumerateArray()).Select(static item => item.GetString()!)]));
        }
        return this;
    }

    private string Apply(string action, string? id, HashSet<string> filter)
    {
        if (filter.Count > items)
            return Refusal(action, "ITEMS_PER_SUB_LIMIT");
        if (filter.Contains("*") && !wildcard)
            return Refusal(action, "WILDCARD_NOT_ALLOWED");
        if (id is null && Subscribed.Count >= subscriptions)
            return Refusal(action, "SUBSCRIPTION_LIMIT");
        if (id is not null && !Subscribed.ContainsKey(id))
            return Refusal(action, "SUBSCRIPTION_NOT_FOUND");
        id ??= $"sub_{++_ids:d5}";
        Subscribed[id] = filter;
        return $$"""{"type":"ack","subscription_id":"{{id}}"}""";
    }

    internal static string Refusal(string action, string code) => $$"""{"type":"error","error":"{{code}}","message":"no","action":"{{action}}","subscription_id":null}""";

    internal static Interest Wallet(int n) => Interest.In(Made.Wallet(n));
    internal static Interest[] Wallets(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(Wallet)];
    internal static IEnumerable<string> Texts(params IEnumerable<Interest> wanted) =>
        wanted.Select(static one => one.Wallet?.ToString() ?? one.Condition?.ToString() ?? one.Slug ?? "*").Order(StringComparer.Ordinal);
}
