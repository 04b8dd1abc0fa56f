using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Catalog;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Catalog;

/// <summary>
/// What tokens are called. Asks the venue for many at a time and one request at a time, keeps what it learned, and remembers for a
/// moment what the venue does not know: a just-created market is no error, it is asked for again.
/// </summary>
public sealed class CatalogActor(ICatalogSource source, CatalogRules rules) : Actor<CatalogMessage>
{
    private sealed record Found(ImmutableArray<TokenId> Asked, ImmutableArray<KeyValuePair<TokenId, MarketText>> Known) : CatalogMessage;
    private sealed record AskAgain : CatalogMessage;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(150);

    private readonly Dictionary<TokenId, (MarketText Text, DateTimeOffset Until)> _known = [];
    private readonly Queue<(TokenId Token, DateTimeOffset Until)> _oldest = [];     // in the order of learning, which is that of forgetting
    private readonly Dictionary<TokenId, Search> _searches = [];
    private bool _asking;

    /// <summary>A token that is not known yet: who wants to know, and when it is asked for (again).</summary>
    private sealed class Search
    {
        internal HashSet<ActorRef<TapeMessage>> Askers { get; } = [];
        internal DateTimeOffset NotBefore { get; set; }
        internal TimeSpan Pause { get; set; } = FirstPause;
    }

    protected override ValueTask Receive(CatalogMessage message)
    {
        switch (message)
        {
            case CatalogMessage.Describe describe:
                Describe(describe);
                break;
            case Found found:
                _asking = false;
                Learn(found);
                break;
            case AskAgain:
                break;
            default:
                Unhandled(message);
                break;
        }
        return default;
    }

    protected override ValueTask TurnEnded()
    {
        if (!_asking)
            Ask();
        return default;
    }

    private void Describe(CatalogMessage.Describe describe)
    {
        Forget();
        var known = ImmutableArray.CreateBuilder<KeyValuePair<TokenId, MarketText>>();
        foreach (var token in describe.Tokens)
        {
            if (_known.TryGetValue(token, out var memory))
                known.Add(new(token, memory.Text));
            else if (_searches.TryGetValue(token, out var search))
                search.Askers.Add(describe.ReplyTo);
            else if (_searches.Count < rules.Size)
                _searches.Add(token, new Search { Askers = { describe.ReplyTo } });
        }
        if (known.Count > 0)
            describe.ReplyTo.Tell(new TapeMessage.Described(known.DrainToImmutable()));
    }

    private void Ask()
    {
        var now = System.Time.GetUtcNow();
        var due = _searches.Where(search => search.Value.NotBefore <= now).Take(rules.Batch).Select(static search => search.Key).ToImmutableArray();
        if (due.IsEmpty)
        {
            if (_searches.Count > 0)
                Timers.Once("again", new AskAgain(), Later(_searches.Values.Min(static search => search.NotBefore) - now));
            return;
        }
        _asking = true;
        PipeToSelf(source.Find(due, Stopping).AsTask(), known => new Found(due, known), _ => new Found(due, []));
    }

    private static TimeSpan Later(TimeSpan wait) => wait > TimeSpan.FromMilliseconds(1) ? wait : TimeSpan.FromMilliseconds(1);

    private void Learn(Found found)
    {
        var until = System.Time.GetUtcNow() + rules.Found;
        var answers = new Dictionary<ActorRef<TapeMessage>, ImmutableArray<KeyValuePair<TokenId, MarketText>>.Builder>();
        foreach (var (token, text) in found.Known)
        {
            _known[token] = (text, until);
            _oldest.Enqueue((token, until));
            if (!_searches.Remove(token, out var search))
                continue;
            foreach (var asker in search.Askers)
            {
                if (!answers.TryGetValue(asker, out var answer))
                    answers.Add(asker, answer = ImmutableArray.CreateBuilder<KeyValuePair<TokenId, MarketText>>());
                answer.Add(new(token, text));
            }
        }
        foreach (var (asker, answer) in answers)
            asker.Tell(new TapeMessage.Described(answer.DrainToImmutable()));
        Postpone(found.Asked);
        Forget();
    }

    private void Forget()
    {
        var now = System.Time.GetUtcNow();
        while (_oldest.TryPeek(out var oldest) && (oldest.Until <= now || _oldest.Count > rules.Size))
        {
            _oldest.Dequeue();
            if (_known.TryGetValue(oldest.Token, out var memory) && memory.Until == oldest.Until)
                _known.Remove(oldest.Token);
        }
    }

    private void Postpone(ImmutableArray<TokenId> asked)
    {
        foreach (var token in asked)
        {
            if (!_searches.TryGetValue(token, out var search))
                continue;
            search.NotBefore = System.Time.GetUtcNow() + search.Pause;
            search.Pause = search.Pause * 2 < rules.Missing ? search.Pause * 2 : rules.Missing;
        }
    }
}
