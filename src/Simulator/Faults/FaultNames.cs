using System.Collections.Frozen;

namespace Oddswire.Simulator.Faults;

// The kinds as they are spelled outside.
public static class FaultNames
{
    private static readonly FrozenDictionary<string, FaultKind> Kinds = new Dictionary<string, FaultKind>
    {
        ["drop"] = FaultKind.Drop,
        ["close"] = FaultKind.Close,
        ["freeze"] = FaultKind.Freeze,
        ["freeze_keep_pongs"] = FaultKind.FreezeKeepPongs,
        ["mute"] = FaultKind.Mute,
        ["lose"] = FaultKind.Lose,
        ["duplicate"] = FaultKind.Duplicate,
        ["reorder"] = FaultKind.Reorder,
        ["delay"] = FaultKind.Delay,
        ["reorg"] = FaultKind.Reorg,
        ["garbage"] = FaultKind.Garbage,
        ["text"] = FaultKind.Text,
        ["half_frame"] = FaultKind.HalfFrame,
        ["status"] = FaultKind.Status,
        ["accept_then_close"] = FaultKind.AcceptThenClose,
        ["hang"] = FaultKind.Hang,
        ["skip_change"] = FaultKind.SkipChange,
        ["crossed"] = FaultKind.Crossed,
        ["stale_snapshot"] = FaultKind.StaleSnapshot,
        ["debounce"] = FaultKind.Debounce,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<FaultKind, string> Names = Kinds.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    public static IEnumerable<string> All => Names.OrderBy(pair => pair.Key).Select(pair => pair.Value);

    public static string Of(FaultKind kind) => Names[kind];

    public static bool TryParse(string name, out FaultKind kind) => Kinds.TryGetValue(name, out kind);
}
