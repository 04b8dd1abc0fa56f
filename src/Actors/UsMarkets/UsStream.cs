using System.Security.Cryptography;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.PolymarketUs;
using Oddswire.Runtime;

namespace Oddswire.Actors.UsMarkets;

/// <summary>What the venue tells of one market in one type of message: who follows it, what is held, and whether what is told can be believed.</summary>
internal sealed class UsStream(UsSubscriptionType type, UsMarketRules rules, Moment now)
{
    /// <summary>Frames of a connection that was left may still come for so long; the new one has told what they say.</summary>
    private const int FormerFor = 10_000;
    private const int UsualGaps = 20;
    private const int MostDoublings = 6;
    private const int MostRemembered = 256;

    private readonly Queue<string> _tradesByAge = [];
    private readonly HashSet<string> _trades = new(StringComparer.Ordinal);
    private SourceId? _former;
    private long _formerUntil;
    private long _heldTime;
    private Moment _heardAt = now;
    private long? _waitsSince = now.Running;
    private double _usualGap;
    private int _quiet;         // times that it was asked and nothing had been missed
    private int _unanswered;

    internal UsSubscriptionType Type => type;

    internal HashSet<ActorRef<SessionMessage>> Followers { get; } = [];

    /// <summary>Those who have had no word yet.</summary>
    internal HashSet<ActorRef<SessionMessage>> Waiting { get; } = [];

    internal UsPayload? Held { get; private set; }

    /// <summary>The connection whose word counts; null: none has said one.</summary>
    internal SourceId? Leader { get; private set; }

    internal (long From, string Reason)? Gap { get; private set; }

    internal bool IsGood => Held is not null && Gap is null;

    /// <summary>False: it is what the new connection has told already. The newest to tell anything is the one that counts.</summary>
    internal bool Follows(SourceId source, Moment now)
    {
        if (Leader == source)
            return true;
        if (source == _former && now.Running < _formerUntil && Leader is not null)
            return false;
        (_former, _formerUntil, Leader) = (Leader, now.Running + FormerFor, source);
        return true;
    }

    /// <summary>A book from before the one that is held, which comes late. Of a book from the future nothing is believed.</summary>
    internal bool IsLate(in UsMarketFrame told, Moment now) =>
        told.Time > 0 && told.Time < _heldTime && _heldTime / 1_000_000 < now.Wall + FormerFor;

    /// <summary>False: it is what is held.</summary>
    internal bool Hold(in UsMarketFrame told)
    {
        if (Held is { } held && held.Camel.Span.SequenceEqual(told.Payload.Span))
            return false;
        Held = UsRespelling.Share(told.Payload);
        _heldTime = told.Time;
        return true;
    }

    /// <summary>False: it has been told, by this connection or another.</summary>
    internal bool IsNewTrade(in UsMarketFrame told)
    {
        var id = told.Id ?? Convert.ToHexString(SHA256.HashData(told.Payload.Span));
        if (!_trades.Add(id))
            return false;
        _tradesByAge.Enqueue(id);
        if (_tradesByAge.Count > MostRemembered)
            _trades.Remove(_tradesByAge.Dequeue());
        return true;
    }

    /// <summary>The venue has told something. True: it was asked for because it was missed, and had been.</summary>
    internal bool Heard(bool isNew, bool byNewSource, Moment now)
    {
        var (asked, wasHeld) = (_waitsSince is not null, _unanswered > 0 || _quiet > 0);
        if (isNew && !asked)
            _usualGap += (now.Running - _heardAt.Running - _usualGap) / (_usualGap == 0 ? 1 : 8);
        var missed = asked && isNew && byNewSource && wasHeld;
        _quiet = isNew ? 0 : _quiet;
        (_heardAt, _waitsSince, _unanswered) = (now, null, 0);
        return missed;
    }

    /// <summary>Trades are told by this connection from here on: that is all the first word that there is.</summary>
    internal void Covered(SourceId source, Moment now) => (Leader, _heardAt, _waitsSince) = (source, now, null);

    /// <summary>The connection is gone. False: its word did not count.</summary>
    internal bool Lost(SourceId source, Moment now)
    {
        if (_former == source)
            _former = null;
        if (Leader != source)
            return false;
        (Leader, _waitsSince) = (null, now.Running);
        return true;
    }

    /// <summary>False: one is open already.</summary>
    internal bool OpenGap(long from, string reason)
    {
        if (Gap is not null)
            return false;
        Gap = (from, reason);
        return true;
    }

    internal (long From, string Reason)? CloseGap()
    {
        var gap = Gap;
        Gap = null;
        return gap;
    }

    /// <summary>Nothing was told for longer than can be. Null: all is well, or it is too early to say; else since when nothing was told (unix milliseconds).</summary>
    internal long? MissedSince(Moment now)
    {
        if (Followers.Count == 0)
            return null;
        if (_waitsSince is { } waits)
        {
            if (type == UsSubscriptionType.Trade || now.Running - waits < Doubled(rules.FirstWord.TotalMilliseconds, _unanswered))
                return null;
            _unanswered++;
            _waitsSince = now.Running;
            return _heardAt.Wall;
        }
        // Trades have no first word: without some that came there is nothing to expect.
        if ((type == UsSubscriptionType.Trade && _usualGap == 0) || now.Running - _heardAt.Running < Doubled(Math.Max(rules.Silence.TotalMilliseconds, UsualGaps * _usualGap), _quiet))
            return null;
        _quiet++;
        _waitsSince = now.Running;
        return _heardAt.Wall;
    }

    /// <summary>It was asked for more than once, and still nothing was told of it.</summary>
    internal bool IsUnanswered => _unanswered > 0;

    private double Doubled(double milliseconds, int times) =>
        Math.Min(milliseconds * (1 << Math.Min(times, MostDoublings)), rules.LongestSilence.TotalMilliseconds);
}
