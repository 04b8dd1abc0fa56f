using System.Collections.Immutable;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Actors.Sessions;

/// <summary>What is subscribed on one socket: ids are given once, and a slug once for each type. A request is taken or refused whole.</summary>
internal sealed class UsRequests(UsRules rules)
{
    private readonly Dictionary<string, UsRequest> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<(UsSubscriptionType Type, string Slug), UsRequest> _bySlug = [];
    private readonly List<UsRequest>[] _byType = [.. Enum.GetValues<UsSubscriptionType>().Select(static _ => new List<UsRequest>())];
    private readonly List<UsRequest>[] _ofEveryMarket = [.. Enum.GetValues<UsSubscriptionType>().Select(static _ => new List<UsRequest>())];
    private int _taken;

    /// <summary>Null: it was refused, and <paramref name="error"/> says it in the venue's words.</summary>
    internal UsRequest? Add(UsCommand.Subscribe asked, out string error)
    {
        // Of the whole account: slugs have no part in these.
        var slugs = asked.Type is UsSubscriptionType.AccountBalance or UsSubscriptionType.Rfq ? [] : asked.Slugs;
        error = Refusal(asked, slugs) ?? "";
        if (error.Length > 0)
            return null;
        var request = new UsRequest(asked, slugs, ++_taken);
        _byId.Add(request.Id, request);
        Of(request.Type).Add(request);
        if (slugs.IsEmpty)
            OfEveryMarket(request.Type).Add(request);
        foreach (var slug in slugs)
            _bySlug.Add((request.Type, slug), request);
        return request;
    }

    internal UsRequest? Remove(string id)
    {
        if (!_byId.Remove(id, out var request))
            return null;
        request.IsGone = true;
        Of(request.Type).Remove(request);
        OfEveryMarket(request.Type).Remove(request);
        foreach (var slug in request.Slugs)
            _bySlug.Remove((request.Type, slug));
        return request;
    }

    internal List<UsRequest> Of(UsSubscriptionType type) => _byType[(int)type];

    /// <summary>Those that have named none.</summary>
    internal List<UsRequest> OfEveryMarket(UsSubscriptionType type) => _ofEveryMarket[(int)type];

    /// <summary>The one that has named this market.</summary>
    internal UsRequest? Naming(UsSubscriptionType type, string slug) => _bySlug.GetValueOrDefault((type, slug));

    internal bool Wants(UsRequest request, string slug) => request.Slugs.IsEmpty || Naming(request.Type, slug) == request;

    private string? Refusal(UsCommand.Subscribe asked, ImmutableArray<string> slugs)
    {
        if (asked.Type == UsSubscriptionType.Unspecified)
            return UsError.SubscriptionFailed;
        if (_byId.ContainsKey(asked.RequestId))
            return UsError.RequestIdExists;
        if (_byId.Count >= rules.Requests || _bySlug.Count + slugs.Length > rules.Slugs)
            return UsError.TooManySubscriptions;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var slug in slugs)
        {
            if (!seen.Add(slug) || _bySlug.ContainsKey((asked.Type, slug)))
                return UsError.SlugAlreadySubscribed(slug);
        }
        return null;
    }
}
