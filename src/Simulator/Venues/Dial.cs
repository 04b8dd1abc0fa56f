namespace Oddswire.Simulator.Venues;

// A client's wish to connect: the path behind the venue's own segment, and its headers.
public sealed record Dial(string Path, Func<string, string?> Header)
{
    public static Dial To(string path) => new(path, _ => null);
}

// An HTTP refusal in place of the upgrade.
public sealed record Refusal(int Status, string Error, string Message, int? RetryAfter = null)
{
    // The venue's own words; none: the simulator's.
    public ReadOnlyMemory<byte>? Body { get; init; }
}

// Accepted, refused, or neither: then the client never hears an answer.
public sealed record Handshake(Connection? Connection, Refusal? Refusal)
{
    public static readonly Handshake Hang = new(null, null);
}
