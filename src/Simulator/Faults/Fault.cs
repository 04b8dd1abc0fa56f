namespace Oddswire.Simulator.Faults;

public enum FaultKind
{
    Drop, Close, Freeze, FreezeKeepPongs, Mute, Lose, Duplicate, Reorder, Delay, Reorg, Garbage, Text, HalfFrame,
    Status, AcceptThenClose, Hang,
    SkipChange, Crossed, StaleSnapshot,
    Debounce,
}

// What is to go wrong, as asked for over HTTP or by a scenario. Fields that a kind has no use for are allowed and ignored.
public sealed record Fault(string Venue, FaultKind Kind)
{
    // Of which stream; null is all of them.
    public string? Topic { get; init; }

    // all, oldest, newest, or the number of a connection.
    public string Connection { get; init; } = "all";

    // The share that is hit: of frames for kinds that touch single frames, of connections or requests for the others.
    public double Share { get; init; } = 1;

    // Null: kinds that strike (drop, close, half_frame, garbage, text, reorg) do it once to the connections that are there, the
    // others last until healed. (At a venue without connections all of them last until healed.)
    public TimeSpan? For { get; init; }

    public int Code { get; init; } = 1011;

    public string Reason { get; init; } = "";

    public int Status { get; init; } = 503;

    public int? RetryAfter { get; init; }

    // How late delay makes its frames.
    public TimeSpan By { get; init; } = TimeSpan.FromSeconds(2);

    // How many blocks a reorg replaces, and the share of their transactions that never comes back.
    public int Blocks { get; init; } = 2;

    public double Gone { get; init; } = 0.5;

    // Kinds that happen to order books and to nothing else.
    public static bool IsOfBooks(FaultKind kind) => kind is FaultKind.SkipChange or FaultKind.Crossed or FaultKind.StaleSnapshot or FaultKind.Debounce;

    // The one venue at which a kind happens; null: at any.
    public static string? HomeOf(FaultKind kind) => kind switch
    {
        FaultKind.Reorg => "polygon",
        FaultKind.Debounce => "us-markets",
        _ => IsOfBooks(kind) ? "clob-market" : null,
    };

    public bool Strikes => Kind is FaultKind.Drop or FaultKind.Close or FaultKind.HalfFrame or FaultKind.Garbage or FaultKind.Text or FaultKind.Reorg;
}

// A fault that cannot be: which field, and what was expected of it.
public sealed class FaultRejectedException : Exception
{
    public FaultRejectedException() { }
    public FaultRejectedException(string message) : base(message) { }
    public FaultRejectedException(string message, Exception cause) : base(message, cause) { }

    public FaultRejectedException(string field, string message) : base($"{field}: {message}") => Field = field;

    public string Field { get; } = "";
}
