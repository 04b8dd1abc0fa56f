using System.Net.Sockets;
using Npgsql;

namespace Oddswire.Host.Storage.Postgres;

// What went wrong with the server, in words an operator can act on. None of the driver's messages carries the password.
internal static class PostgresFailure
{
    public static bool Explains(Exception e) => e is NpgsqlException or TimeoutException or IOException or SocketException or ObjectDisposedException;

    public static StoreUnavailableException Of(string name, Exception cause) => new($"the store in {name} failed: {Diagnosis(cause)}", cause);

    private static string Diagnosis(Exception cause) => cause switch
    {
        ObjectDisposedException => "it is closed.",
        PostgresException { SqlState: "53100" } => "the server's disk is full. Free some space; the store then goes on by itself.",
        PostgresException { SqlState: "53300" } => "the server takes no more connections. Raise its max_connections, or lower Maximum Pool Size in storage.postgres.",
        PostgresException { SqlState: "28P01" or "28000" or "3D000" } e => $"{e.MessageText}. Look at storage.postgres.",
        PostgresException { SqlState: "25006" } => "the server is read-only, a standby perhaps. Point storage.postgres to the primary.",
        PostgresException { SqlState: "42501" } e => $"{e.MessageText}. Grant the role what it needs: its own schema is enough.",
        PostgresException { SqlState: "57014" or "55P03" } => "the server was too slow (storage.timeout). Look at its load and at who holds locks.",
        PostgresException e => $"{e.MessageText} ({e.SqlState}).",
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => "the server did not answer in time (storage.timeout). Look at the server and at the network.",
        NpgsqlException { InnerException: SocketException e } => $"the server cannot be reached: {e.Message}.",
        _ => $"{cause.Message}.",
    };
}
