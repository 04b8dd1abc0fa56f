using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Npgsql;

namespace Oddswire.Host.Storage.Postgres;

// Where the store lives and how long it may take to answer. Its name is what messages call it: never the password.
internal sealed partial class PostgresStoreOptions
{
    private const int MostConnections = 16;
    private const int PreparedStatements = 64;
    private const string DefaultSchema = "oddswire";

    private readonly NpgsqlConnectionStringBuilder _connection;

    private PostgresStoreOptions(NpgsqlConnectionStringBuilder connection) => _connection = connection;

    // The operator has read the JournalLossException and goes on without what is missing.
    public bool AcceptLoss { get; init; }

    // What the hashes of the journal's streams are made with.
    public JournalSeal Seal { get; init; } = JournalSeal.Plain;

    public string ConnectionString => _connection.ToString();
    public string Schema => _connection.SearchPath!;
    public string Name => $"{_connection.Host}/{_connection.Database ?? _connection.Username}";

    // False: no connection string, or one without a host; a schema (Search Path) other than the default must be a plain lower-case name.
    public static bool TryRead(string text, TimeSpan timeout, bool acceptLoss, [NotNullWhen(true)] out PostgresStoreOptions? options, JournalSeal? seal = null)
    {
        options = null;
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(text);
            connection.SearchPath ??= DefaultSchema;
            if (string.IsNullOrEmpty(connection.Host) || !PlainName().IsMatch(connection.SearchPath)) return false;
            var seconds = (int)Math.Ceiling(timeout.TotalSeconds);
            connection.Timeout = seconds;
            connection.CommandTimeout = seconds;
            connection.CancellationTimeout = 1_000; // and then the connection is given up
            connection.MaxPoolSize = Math.Min(connection.MaxPoolSize, MostConnections);
            connection.MinPoolSize = Math.Min(connection.MinPoolSize, connection.MaxPoolSize);
            // Compiling a statement takes half a second where running it takes milliseconds: the planner knows little of arrays and of young tables.
            connection.Options = $"-c jit=off {connection.Options}".TrimEnd();
            connection.MaxAutoPrepare = PreparedStatements;
            connection.ApplicationName ??= "oddswire";
            connection.PersistSecurityInfo = false;
            options = new(connection) { AcceptLoss = acceptLoss, Seal = seal ?? JournalSeal.Plain };
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            return false;
        }
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$", RegexOptions.NonBacktracking)]
    private static partial Regex PlainName();
}
