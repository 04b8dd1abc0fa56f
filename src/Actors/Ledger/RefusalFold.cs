using Oddswire.Messages.Ledger;

namespace Oddswire.Actors.Ledger;

/// <summary>
/// Refusals, so that a hostile client cannot fill the disk: per key (or address, where no key was known) and reason ten a second as they are,
/// the others of that second in one. Who comes from very many addresses is not told apart any more.
/// </summary>
internal sealed class RefusalFold
{
    private const int AsTheyAre = 10;
    private const int MostToldApart = 256;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private static readonly (string, string, ActSubject) Others = ("", "", ActSubject.Connection);

    private sealed record Told(ClientAct First, DateTimeOffset Since)
    {
        internal int Times { get; set; }
        internal int AsTheyAre { get; init; } = RefusalFold.AsTheyAre;
    }

    private readonly Dictionary<(string Who, string Reason, ActSubject Subject), Told> _told = [];

    /// <summary>Something waits for the end of its second.</summary>
    internal bool IsWaiting => _told.Count > 0;

    /// <summary>False: it is counted, and will be told with the others.</summary>
    internal bool TellsNow(ClientAct act, DateTimeOffset now)
    {
        var of = (act.Key.Length > 0 ? act.Key : act.Address, act.Reason ?? "", act.Subject);
        if (!_told.TryGetValue(of, out var told) && _told.Count < MostToldApart)
            _told.Add(of, told = new Told(act, now));
        if (told is null && !_told.TryGetValue(Others, out told))
            _told.Add(Others, told = new Told(OfOthers(act), now) { AsTheyAre = 0 });
        return ++told.Times <= told.AsTheyAre;
    }

    /// <summary>Those whose second is over, with how many there were beyond the ten; all of them at an end.</summary>
    internal List<(ClientAct Act, int Times)> Over(DateTimeOffset now, bool all)
    {
        var over = _told.Where(told => all || now - told.Value.Since >= Window).ToList();
        foreach (var (of, _) in over)
            _told.Remove(of);
        return [.. over.Where(static told => told.Value.Times > told.Value.AsTheyAre).Select(static told => (told.Value.First, told.Value.Times - told.Value.AsTheyAre))];
    }

    private static ClientAct OfOthers(ClientAct act) => new(Deed.Refused, "", "", act.Protocol, "", [], Reason: "MANY", Detail: "from more keys and addresses in a second than are told apart")
    {
        Subject = ActSubject.Connection,
    };
}
