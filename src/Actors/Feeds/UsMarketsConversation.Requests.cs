using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Actors.Feeds;

/// <summary>What is asked, what becomes of it, and what is done about a refusal.</summary>
public sealed partial class UsMarketsConversation
{
    /// <summary>The venue's first word on a request comes within 1.15 s; with it, or instead of it, a refusal.</summary>
    private const int RefusedWithin = 2_000;

    /// <summary>Data under an id that was unsubscribed may be on its way; later it means that it was not.</summary>
    private const int EndsWithin = 5_000;

    /// <summary>Who was told that there is no place, and has found none, is told again.</summary>
    private const int MovesWithin = 30_000;
    private const int LongestRest = 30_000;

    /// <summary>What could not be asked here, or was refused: to be tried again, if it has not moved until then.</summary>
    /// <param name="IsMoving">Another connection is to have it.</param>
    private sealed record Waiting(HashSet<Interest> What, int Refusals, long At, bool IsMoving);

    private readonly UsRequests _requests = new(rules.Requests, rules.Slugs);
    private readonly List<Waiting> _waiting = [];
    private readonly Dictionary<string, long> _ended = new(StringComparer.Ordinal);
    private readonly HashSet<string> _covered = new(StringComparer.Ordinal);
    private long? _untidySince;
    private bool _saidStands;

    public void Want(InterestChange change, Talk talk)
    {
        foreach (var one in change.Ended)
            Forget(one, talk);
        Ask(change.Began.Where(static one => one.Us is not null), refusals: 0, talk);
    }

    private void Forget(Interest one, Talk talk)
    {
        foreach (var waiting in _waiting)
            waiting.What.Remove(one);
        _waiting.RemoveAll(static waiting => waiting.What.Count == 0);
        if (_requests.Forget(one) is not { } request)
            return;
        if (request.Wanted.Count == 0)
            Unsubscribe(request, talk);
        else
            _untidySince ??= talk.Running;
    }

    private void Ask(IEnumerable<Interest> what, int refusals, Talk talk)
    {
        _saidStands = false;
        // One that a request still carries, although it was not wanted for a while, would be refused with all that is asked beside it.
        var (carried, free) = (ImmutableArray.CreateBuilder<Interest>(), new HashSet<Interest>());
        foreach (var one in what)
        {
            if (_requests.CarrierOf(one) is null)
                free.Add(one);
            else if (!_requests.IsWanted(one))
                carried.Add(one);
        }
        if (carried.Count > 0)
            AskElsewhere(carried.DrainToImmutable(), "the venue would refuse it here, where it was followed before", talk);
        var left = ImmutableArray.CreateBuilder<Interest>();
        foreach (var request in _requests.Pack(free, refusals, talk.Running, left))
        {
            ImmutableArray<string> slugs = [.. request.Carried.Select(static one => one.Slug!).Where(static slug => slug.Length > 0)];
            talk.Send(Frame(new UsCommand.Subscribe(request.Id, request.Type, slugs)));
        }
        if (left.Count > 0)
            MakeRoom(left.DrainToImmutable(), talk);
    }

    /// <summary>No request is left: what is followed in small ones goes to another connection too, and stands together there.</summary>
    private void MakeRoom(ImmutableArray<Interest> left, Talk talk)
    {
        var moving = left.ToBuilder();
        foreach (var request in _requests.Sparse(talk.Running - MovesWithin))
        {
            request.MovingSince = talk.Running;
            moving.AddRange(request.Wanted);
        }
        _waiting.Add(new Waiting([.. left], 0, talk.Running + MovesWithin, IsMoving: true));
        talk.AskElsewhere(moving.DrainToImmutable(), "no request is left");
    }

    /// <summary>It waits here in case there is nowhere else.</summary>
    private void AskElsewhere(ImmutableArray<Interest> what, string reason, Talk talk)
    {
        _waiting.Add(new Waiting([.. what], 0, talk.Running + MovesWithin, IsMoving: true));
        talk.AskElsewhere(what, reason);
    }

    /// <summary>What nobody wants is not to be told for ever: what is wanted beside it is asked for elsewhere, and then all of it goes.</summary>
    private void Tidy(Talk talk)
    {
        if (_untidySince is not { } since || talk.Running - since < rules.Tidy.TotalMilliseconds)
            return;
        var moving = ImmutableArray.CreateBuilder<Interest>();
        foreach (var request in _requests.Wasteful(talk.Running - MovesWithin))
        {
            request.MovingSince = talk.Running;
            moving.AddRange(request.Wanted);
        }
        _untidySince = _requests.Wasteful(long.MaxValue).Any() ? talk.Running : null;
        if (moving.Count > 0)
            talk.AskElsewhere(moving.DrainToImmutable(), "requests carry what is not followed any more");
    }

    private void Unsubscribe(UsRequest request, Talk talk)
    {
        _requests.Remove(request);
        _ended[request.Id] = talk.Running;
        talk.Send(Frame(new UsCommand.Unsubscribe(request.Id)));
        talk.Release(request.Carried);
        if (request.Type == UsSubscriptionType.Trade)
            _covered.ExceptWith(request.Carried.Select(static one => one.Slug!));
    }

    /// <summary>The venue still delivers what was unsubscribed: it is told again.</summary>
    private void Stray(string? id, Talk talk)
    {
        if (id is null || !_ended.TryGetValue(id, out var at) || talk.Running - at < EndsWithin)
            return;
        _ended[id] = talk.Running;
        talk.Send(Frame(new UsCommand.Unsubscribe(id)));
    }

    private void Refused(string? id, string error, Talk talk)
    {
        // Some refusals name no request: then it is the oldest of which nothing is known yet.
        var request = _requests.Find(id) ?? (id is null ? _requests.All.Where(static one => !one.Stands).MinBy(static one => one.AskedAt) : null);
        if (request is null)
        {
            talk.Note($"the venue says '{error}' to {id ?? "nothing that was asked"}");
            return;
        }
        var many = request.Wanted.Count;
        if (int.IsPow2(request.Refusals + 1))
            talk.Note($"the venue refused request {request.Id} for {many} markets: {error}");
        _requests.Remove(request);
        _saidStands = false;
        if (id is null)
        {
            // A guess: if it was another's, the venue has this one, and is not to have it twice.
            _ended[request.Id] = talk.Running;
            talk.Send(Frame(new UsCommand.Unsubscribe(request.Id)));
        }
        if (UsError.TakenSlug(error) is { } taken && request.Wanted.Remove(Interest.In(request.Type, taken)))
        {
            AskElsewhere([Interest.In(request.Type, taken)], "the venue has it here already", talk);
            Ask(request.Wanted, request.Refusals, talk);
        }
        else if (error == UsError.RequestIdExists && request.Refusals < rules.Requests)
        {
            Ask(request.Wanted, request.Refusals + 1, talk);
        }
        else if (error == UsError.TooManySubscriptions)
        {
            _requests.Narrow();
            MakeRoom([.. request.Wanted], talk);
        }
        else
        {
            Rest(request, talk);
        }
    }

    /// <summary>Refused again, it is halved: one market that the venue does not like must not take the others with it.</summary>
    private void Rest(UsRequest request, Talk talk)
    {
        var at = talk.Running + Math.Min(LongestRest, 500L << Math.Min(request.Refusals, 10));
        var wanted = request.Wanted.ToArray();
        var half = request.Refusals > 0 && wanted.Length > 1 ? wanted.Length / 2 : wanted.Length;
        foreach (var some in wanted.Chunk(Math.Max(1, half)))
            _waiting.Add(new Waiting([.. some], request.Refusals + 1, at, IsMoving: false));
    }

    private void AskAgain(Talk talk)
    {
        foreach (var due in _waiting.FindAll(waiting => waiting.At <= talk.Running))
        {
            _waiting.Remove(due);
            Ask(due.What, due.Refusals, talk);
        }
    }

    private void LookWhatStands(Talk talk)
    {
        foreach (var request in _requests.All)
        {
            request.Stands |= talk.Running - request.AskedAt >= RefusedWithin;
            if (request is not { Stands: true, Type: UsSubscriptionType.Trade })
                continue;
            foreach (var one in request.Wanted)
            {
                if (_covered.Add(one.Slug!))
                    talk.TellsTrades(one.Slug!);
            }
        }
        foreach (var (id, at) in _ended)
        {
            if (talk.Running - at > 20 * EndsWithin)
                _ended.Remove(id);
        }
        if (_saidStands || _waiting.Exists(static waiting => !waiting.IsMoving) || _requests.All.Any(static request => !request.Stands))
            return;
        _saidStands = true;
        talk.Stands();
    }

    private static ReadOnlyMemory<byte> Frame(UsCommand command)
    {
        var frame = new ArrayBufferWriter<byte>();
        UsCommandCodec.Encode(command, UsSpelling.Camel, frame);
        return frame.WrittenMemory;
    }
}
