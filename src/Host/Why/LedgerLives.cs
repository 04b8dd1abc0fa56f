using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Oddswire.Actors.Ledger;
using Oddswire.Actors.Why;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Host.Why;

/// <summary>
/// Gathers the lives of some subscriptions from the ledger, entry by entry. Most entries are passed over after one look at their bytes; of
/// more lives than a person can read the latest are kept.
/// </summary>
/// <param name="wanted">An act that begins a life of interest; what follows in that life is taken too.</param>
/// <param name="mentions">What stands in every entry of interest.</param>
internal sealed class LedgerLives(Func<LedgerEvent.Acted, OrderFilter?, bool> wanted, string mentions)
{
    private static readonly LedgerCodec Ledger = new();

    private readonly byte[] _mentions = Encoding.UTF8.GetBytes(mentions);
    private readonly Dictionary<SubscriptionId, (LedgerEvent.Acted First, List<LifeStep> Steps)> _lives = [];
    private readonly Queue<SubscriptionId> _order = [];

    internal List<LifeStep.Refused> Refused { get; } = [];

    internal IEnumerable<SubscriptionLife> Lives => _lives.Select(static life => new SubscriptionLife(life.Key, "", life.Value.First.Key, IsDurable: false, [.. life.Value.Steps]));

    internal void Take(ReadOnlySpan<byte> payload)
    {
        if (payload.IndexOf(_mentions) < 0 || Read(payload) is not LedgerEvent.Acted act)
            return;
        var filter = FilterOf(act);
        if (act is { Deed: Deed.Refused, Subscriptions.IsEmpty: true })
        {
            if (wanted(act, filter))
                Keep(new LifeStep.Refused(act.Time, filter, act.Reason ?? "", act.Detail ?? ""));
            return;
        }
        foreach (var id in act.Subscriptions)
        {
            if (_lives.ContainsKey(id) || wanted(act, filter))
                StepsOf(id, act).Add(StepOf(act, filter));
        }
    }

    /// <summary>Null: nothing was asked, or the filter is too long to stand there.</summary>
    private static OrderFilter? FilterOf(LedgerEvent.Acted act)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(act.Command));
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("filters"u8) && reader.Read())
                return DomeFilterCodec.TryDecode(ref reader, int.MaxValue, out var filter, out _) ? filter : null;
        }
        return null;
    }

    private List<LifeStep> StepsOf(SubscriptionId id, LedgerEvent.Acted act)
    {
        if (_lives.TryGetValue(id, out var life))
            return life.Steps;
        if (_lives.Count >= RecordedLives.MostLives)
            _lives.Remove(_order.Dequeue());
        _order.Enqueue(id);
        _lives.Add(id, life = (act, []));
        return life.Steps;
    }

    private void Keep(LifeStep.Refused refused)
    {
        if (Refused.Count >= RecordedLives.MostLives)
            Refused.RemoveAt(0);
        Refused.Add(refused);
    }

    private static LifeStep StepOf(LedgerEvent.Acted act, OrderFilter? filter) => act.Deed switch
    {
        Deed.Opened => new LifeStep.Opened(act.Time, filter, null, act.Key, act.Address),
        Deed.Changed => new LifeStep.Refiltered(act.Time, filter, null),
        Deed.Closed => new LifeStep.Closed(act.Time, act.Reason ?? "", act.Code),
        Deed.Refused => new LifeStep.Refused(act.Time, filter, act.Reason ?? "", act.Detail ?? ""),
        Deed.Attached => new LifeStep.Attached(act.Time, act.Key, act.Address),
        Deed.Detached => new LifeStep.Detached(act.Time, act.Reason ?? "", act.Code),
    };

    // What cannot be read, `oddswire journal verify` tells: it must not hide the rest.
    private static LedgerEvent? Read(ReadOnlySpan<byte> payload)
    {
        try
        {
            return Ledger.ReadEvent(payload);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }
}
