using Oddswire.Messages.Ledger;

namespace Oddswire.Actors.Ledger;

/// <summary>Refused commands, so that a hostile client cannot fill the disk: per key and reason ten a second as they are, the others of that second in one.</summary>
internal sealed class RefusalFold
{
    private const int AsTheyAre = 10;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private sealed record Told(ClientAct First, DateTimeOffset Since)
    {
        internal int Times { get; set; }
    }

    private readonly Dictionary<(string Key, string Reason), Told> _told = [];

    /// <summary>Something waits for the end of its second.</summary>
    internal bool IsWaiting => _told.Count > 0;

    /// <summary>False: it is counted, and will be told with the others.</summary>
    internal bool TellsNow(ClientAct act, DateTimeOffset now)
    {
        var of = (act.Key, act.Reason ?? "");
        if (!_told.TryGetValue(of, out var told))
            _told.Add(of, told = new Told(act, now));
        return ++told.Times <= AsTheyAre;
    }

    /// <summary>Those whose second is over, with how many there were beyond the ten; all of them at an end.</summary>
    internal List<(ClientAct Act, int Times)> Over(DateTimeOffset now, bool all)
    {
        var over = _told.Where(told => all || now - told.Value.Since >= Window).ToList();
        foreach (var (of, _) in over)
            _told.Remove(of);
        return [.. over.Where(static told => told.Value.Times > AsTheyAre).Select(static told => (told.Value.First, told.Value.Times - AsTheyAre))];
    }
}
