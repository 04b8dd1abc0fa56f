using System.Buffers;
using System.Globalization;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Actors.Feeds;

/// <summary>How the connection to the private socket behaves.</summary>
public sealed record UsPrivateRules
{
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>An account may be quiet for days, and a frozen connection has heartbeats: after so long without an event its orders are asked for.</summary>
    public TimeSpan Check { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Quotes: the venue lets those in whom it has named.</summary>
    public bool Rfq { get; init; }
}

/// <summary>
/// The private socket of Polymarket US, for one account and all its markets: orders, positions and balances, and the open orders once at the start, for the
/// venue replays nothing. It is split by subject: requests (here), and what is told of the account.
/// </summary>
public sealed partial class UsPrivateConversation(UsPrivateRules rules) : IConversation
{
    /// <summary>Refusals come with the first word, within 1.15 s.</summary>
    private const int RefusedWithin = 2_000;
    private const int LongestRest = 30_000;

    /// <summary>One type that is followed; asked again, with another id, when it was refused.</summary>
    private sealed class Asked(UsSubscriptionType type)
    {
        internal UsSubscriptionType Type { get; } = type;
        internal string Id { get; set; } = "";
        internal long AskAt { get; set; }       // it stands a while behind that
        internal int Refusals { get; set; }
        internal bool IsOut { get; set; }
    }

    private readonly UsFrame _frame = new();
    private readonly UsPulse _pulse = new(rules.Silence);
    private readonly List<Asked> _asked = [];
    private int _named;
    private long _eventAt;
    private bool _hadSnapshot;

    public TimeSpan TickEvery => TimeSpan.FromMilliseconds(500);

    public void Opened(IReadOnlyCollection<Interest> wanted, Talk talk)
    {
        _pulse.Opened(talk.Running);
        _eventAt = talk.Running;
        // The orders last: what happens while they are told is told too, and holds against them.
        _asked.AddRange([new(UsSubscriptionType.Order), new(UsSubscriptionType.Position), new(UsSubscriptionType.AccountBalance)]);
        if (rules.Rfq)
            _asked.Add(new(UsSubscriptionType.Rfq));
        _asked.Add(new(UsSubscriptionType.OrderSnapshot));
        Ask(talk);
    }

    public void Heard(ReadOnlyMemory<byte> frame, Talk talk)
    {
        _pulse.Frame(talk.Running);
        UsFrameReader.Read(frame.Span, UsSocket.Private, _frame);
        if (_frame.Kind == UsFrameKind.Malformed)
        {
            talk.NotUnderstood();
            return;
        }
        talk.Data();
        if (_frame.Kind == UsFrameKind.Heartbeat)
            _pulse.Beat(talk.Running);
        else if (_frame.Error is { } error)
            Refused(error, talk);
        else if (_frame.Kind is UsFrameKind.Account or UsFrameKind.Rfq)
            HearAccount(frame, talk);
    }

    public void Tick(Talk talk)
    {
        if (_pulse.Silence(talk.Running) is { } silence)
        {
            talk.Fail(silence);
            return;
        }
        var orders = _asked.Find(static one => one.Type == UsSubscriptionType.Order)!;
        if (orders is { IsOut: true } && talk.Running - orders.AskAt >= RefusedWithin)
            talk.Live();
        Check(talk);
        Ask(talk);
    }

    /// <summary>Whether the venue still tells anything: it answers a question for the orders. One that has never answered any is asked less often, and believed.</summary>
    private void Check(Talk talk)
    {
        var snapshot = _asked.Find(static one => one.Type == UsSubscriptionType.OrderSnapshot);
        if (snapshot is null)
        {
            if (talk.Running - _eventAt >= rules.Check.TotalMilliseconds)
                _asked.Add(new(UsSubscriptionType.OrderSnapshot));
            return;
        }
        if (!snapshot.IsOut || talk.Running - snapshot.AskAt < rules.Answer.TotalMilliseconds)
            return;
        if (_hadSnapshot || _balances == 0)
            talk.Fail($"silent: no answer to a question for the orders in {rules.Answer.TotalSeconds:0} s");
        else
            Again(snapshot, "no answer", talk);
    }

    private void Ask(Talk talk)
    {
        foreach (var one in _asked)
        {
            if (one.IsOut || one.AskAt > talk.Running)
                continue;
            (one.Id, one.AskAt, one.IsOut) = (string.Create(CultureInfo.InvariantCulture, $"ow-{++_named}"), talk.Running, true);
            if (one.Type == UsSubscriptionType.OrderSnapshot)
                BeginSnapshot(one.Id);
            var frame = new ArrayBufferWriter<byte>();
            UsCommandCodec.Encode(new UsCommand.Subscribe(one.Id, one.Type, []), UsSpelling.Camel, frame);
            talk.Send(frame.WrittenMemory);
        }
    }

    private void Refused(string error, Talk talk)
    {
        // Some refusals name no request: then it is the one of which nothing is known yet.
        var refused = _asked.Find(one => one.IsOut && one.Id == _frame.RequestId)
            ?? (_frame.RequestId is null ? _asked.FindLast(one => one.IsOut && talk.Running - one.AskAt < RefusedWithin) : null);
        if (refused is null)
            talk.Note($"the venue says '{error}' to {_frame.RequestId ?? "nothing that was asked"}");
        else
            Again(refused, error, talk);
    }

    private static void Again(Asked refused, string why, Talk talk)
    {
        if (int.IsPow2(refused.Refusals + 1))
            talk.Note($"the venue refused {refused.Type}: {why}");
        (refused.IsOut, refused.AskAt) = (false, talk.Running + Math.Min(LongestRest, 500L << Math.Min(refused.Refusals++, 10)));
    }
}
