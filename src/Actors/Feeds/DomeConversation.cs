using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Protocols.Dome;

namespace Oddswire.Actors.Feeds;

/// <summary>What our key may do there, and how often the server has to give a sign of life.</summary>
/// <param name="Subscriptions">Subscriptions that the tier allows.</param>
/// <param name="Wallets">Wallets, conditions or slugs in each of them.</param>
public sealed record DomeRules(int Subscriptions, int Wallets, TimeSpan Heartbeat);

/// <summary>
/// A client of any server that speaks Dome. What is followed here is packed into as few subscriptions as the tier allows; changes are gathered
/// from tick to tick and are then one command of the subscription concerned, which has at most one under way. Acks carry no question's
/// number and come in the order of the commands.
/// <code>
///   wanted: wallets and markets -> parcels -> subscribe | update -> ack -> ... -> unsubscribe (which nobody answers)
///           everything, or more than fits -> one parcel asks for `*`, and when it is there the others go
/// </code>
/// </summary>
public sealed class DomeConversation(DomeRules rules) : IConversation
{
    // 32 commands a second: servers count them (`limits.commands`), and 500 subscriptions stand after a quarter of a minute.
    private const int CommandsPerTick = 8;

    // Both SDKs give up after this long.
    private const long AnswerWithin = 10_000;

    // After a refusal that time may cure: another socket of the key was counted.
    private const long Rest = 30_000;

    private readonly Packing _packing = new(rules.Subscriptions, rules.Wallets);
    private readonly Queue<Request> _requests = [];
    private readonly HashSet<string> _noted = [];
    private Parcel? _wide;
    private bool _everythingIsWanted;
    private bool _wildcardIsRefused;
    private bool _isLive;
    private long _subscribesFrom;
    private long _heardAt;
    private int _commandsLeft;

    private sealed record Request(Parcel Parcel, bool IsSubscribe, int Items, long At);

    public TimeSpan TickEvery { get; } = TimeSpan.FromMilliseconds(250);

    private bool WantsWildcard => (_everythingIsWanted || _packing.Left > 0) && !_wildcardIsRefused;

    public void Opened(IReadOnlyCollection<Interest> wanted, Talk talk)
    {
        _heardAt = talk.Running;
        Change(wanted, []);
        Tick(talk);
    }

    public void Want(InterestChange change, Talk talk) => Change(change.Began, change.Ended);

    public void Tick(Talk talk)
    {
        if (_requests.TryPeek(out var oldest) && talk.Running - oldest.At > AnswerWithin)
        {
            talk.Fail("the server does not answer commands");
            return;
        }
        _commandsLeft = CommandsPerTick;
        _packing.Tighten();
        SendWhatIsNew(talk);
        SendWhatIsOver(talk);
        SendHeartbeat(talk);
        SayWhatDoesNotFit(talk);
        LookWhetherLive(talk);
    }

    public void Heard(ReadOnlyMemory<byte> frame, Talk talk)
    {
        switch (DomeServerFrameCodec.Decode(frame, out var data))
        {
            case DomeServerFrame.Event told:
                talk.Observe(Observed(told.SubscriptionId, told.Fill, data));
                break;
            case DomeServerFrame.Ack ack when _requests.TryDequeue(out var request):
                Acknowledged(request, ack.SubscriptionId, talk);
                break;
            // An unsubscribe gets no ack, but it may get an error: that is not the answer to what we asked.
            case DomeServerFrame.Error { Action: not ("unsubscribe" or "ack") } error when _requests.TryDequeue(out var request):
                Refused(request, error, talk);
                break;
            case DomeServerFrame.Malformed:
                talk.NotUnderstood();
                return;
        }
        _heardAt = talk.Running;
        talk.Data();
    }

    /// <summary>With its place in the chain an event says all that its log says; else it is a row, counted per subscription.</summary>
    private static Observation Observed(string subscription, Fill fill, ReadOnlyMemory<byte> data) => fill is { Block: not null, LogIndex: not null, Order: not null, Taker: not null }
        ? new Observation.Log(fill) { Data = data }
        : new Observation.Row(fill with { Block = null, LogIndex = null }, subscription);

    private void Change(IReadOnlyCollection<Interest> began, IReadOnlyCollection<Interest> ended)
    {
        foreach (var item in ended)
        {
            if (item.IsEverything)
                _everythingIsWanted = false;
            else
                _packing.Remove(item);
        }
        foreach (var item in began)
        {
            if (item.IsEverything)
                _everythingIsWanted = true;
            else if (item.Slug is not { } slug || IsSlug(slug))
                _packing.Add(item);
        }
    }

    // What clients of ours follow may be any text, and one entry that the server finds wrong would cost all others of its subscription.
    private static bool IsSlug(string text) => text.AsSpan().IndexOfAnyExcept(Letters) < 0;

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private void SendWhatIsNew(Talk talk)
    {
        if (WantsWildcard)
        {
            _wide ??= _packing.Parcels.Find(parcel => parcel.Stands && !Rests(parcel, talk)) ?? _packing.Parcels.Find(static parcel => !parcel.IsAsked);
            if (_wide is null && _packing.Parcels.Count < rules.Subscriptions)
                _wide = _packing.AddEmpty();
            if (_wide is { IsEverything: false })
                Send(_wide, everything: true, talk);
            return;
        }
        foreach (var parcel in _packing.Parcels)
        {
            if (parcel.IsChanged && parcel.Items.Count > 0 && !parcel.IsEverything)
                Send(parcel, everything: false, talk);
        }
    }

    /// <summary>Nobody leaves before the others stand: what moved from one subscription to another is missed by neither.</summary>
    private void SendWhatIsOver(Talk talk)
    {
        var wildcardStands = WantsWildcard && _wide is { IsEverything: true, Stands: true };
        if (!wildcardStands && (WantsWildcard || _packing.Parcels.Exists(parcel => parcel is { IsChanged: true, IsEverything: false, Items.Count: > 0 } && !Rests(parcel, talk))))
            return;
        if (_wide is { IsEverything: true, IsAsked: false, Items.Count: > 0 } wide && !WantsWildcard && Send(wide, everything: false, talk))
            _wide = null;
        for (var i = _packing.Parcels.Count - 1; i >= 0 && _commandsLeft > 0; i--)
        {
            var parcel = _packing.Parcels[i];
            if (!parcel.IsAsked && (wildcardStands ? parcel != _wide : parcel.Items.Count == 0))
                Leave(parcel, talk);
        }
    }

    private void Leave(Parcel parcel, Talk talk)
    {
        if (parcel.Id is { } id)
        {
            talk.Send(Frame(frame => DomeCommandCodec.EncodeUnsubscribe(id, frame)));
            _commandsLeft--;
        }
        parcel.Id = null;
        parcel.IsChanged = true;
        parcel.IsEverything = false;
        if (_wide == parcel)
            _wide = null;
        if (parcel.Items.Count == 0)
            _packing.Drop(parcel);
    }

    /// <summary>Nothing was heard for a while, which may be as it should: a command that changes nothing has to be answered all the same.</summary>
    private void SendHeartbeat(Talk talk)
    {
        if (_requests.Count > 0 || talk.Running - _heardAt < rules.Heartbeat.TotalMilliseconds)
            return;
        if (_packing.Parcels.Where(parcel => parcel.Stands && !Rests(parcel, talk)).MinBy(static parcel => parcel.Items.Count) is { } smallest)
            Send(smallest, smallest.IsEverything, talk);
    }

    private bool Send(Parcel parcel, bool everything, Talk talk)
    {
        if (_commandsLeft == 0 || parcel.IsAsked || Rests(parcel, talk))
            return false;
        parcel.IsEverything = everything;
        parcel.IsAsked = true;
        parcel.IsChanged = false;
        _commandsLeft--;
        _requests.Enqueue(new Request(parcel, parcel.Id is null, everything ? 1 : parcel.Items.Count, talk.Running));
        var filter = parcel.Filter;
        talk.Send(Frame(frame =>
        {
            if (parcel.Id is { } id)
                DomeCommandCodec.EncodeUpdate(id, filter, frame);
            else
                DomeCommandCodec.Encode(new DomeCommand.Subscribe(filter), frame);
        }));
        return true;
    }

    private bool Rests(Parcel parcel, Talk talk) => talk.Running < parcel.RestsUntil || (parcel.Id is null && talk.Running < _subscribesFrom);

    private void Acknowledged(Request request, string id, Talk talk)
    {
        var parcel = request.Parcel;
        parcel.IsAsked = false;
        if (request.IsSubscribe)
            parcel.Id = id;
        else if (parcel.Id != id)
            talk.Fail("the server answers commands in another order");
        LookWhetherLive(talk);
    }

    private void Refused(Request request, DomeServerFrame.Error error, Talk talk)
    {
        var parcel = request.Parcel;
        var wasWide = parcel == _wide;
        parcel.IsAsked = false;
        parcel.IsChanged = true;
        parcel.IsEverything = false;
        if (wasWide)
            _wide = null;
        switch (error.Code)
        {
            case "WILDCARD_NOT_ALLOWED" or "WILDCARD_CONNECTION_LIMIT":
                _wildcardIsRefused = true;
                break;
            case "SUBSCRIPTION_NOT_FOUND":
                parcel.Id = null;
                break;
            case "SUBSCRIPTION_LIMIT":
                _subscribesFrom = talk.Running + Rest;
                break;
            case "ITEMS_PER_SUB_LIMIT" when request.Items > 1:
                _packing.Narrow(request.Items / 2);
                break;
            default:
                parcel.RestsUntil = talk.Running + Rest;
                break;
        }
        if (_noted.Add(error.Code))
            talk.Note(IsSlug(error.Code) && error.Code.Length <= 64 ? $"the server refuses: {error.Code}" : "the server refuses a subscription");
    }

    private void SayWhatDoesNotFit(Talk talk)
    {
        if (_wildcardIsRefused && _packing.Left > 0 && _noted.Add("left"))
            talk.Note($"{_packing.Left} of {_packing.Count} followed wallets and markets do not fit into {rules.Subscriptions} subscriptions of {rules.Wallets}");
    }

    /// <summary>It covers when the server has acknowledged all that was wanted, except what it refuses.</summary>
    private void LookWhetherLive(Talk talk)
    {
        if (_isLive || _requests.Count > 0)
            return;
        _isLive = WantsWildcard
            ? _wide is { IsEverything: true, Stands: true }
            : _packing.Parcels.TrueForAll(parcel => (parcel.Stands && !parcel.IsChanged) || Rests(parcel, talk));
        if (_isLive)
            talk.Live();
    }

    private static ReadOnlyMemory<byte> Frame(Action<ArrayBufferWriter<byte>> encode)
    {
        var frame = new ArrayBufferWriter<byte>();
        encode(frame);
        return frame.WrittenMemory;
    }
}
