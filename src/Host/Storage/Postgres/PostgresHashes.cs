using System.Runtime.InteropServices;
using Npgsql;
using Oddswire.Messages.Ledger;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Postgres;

// The hashes of what is appended. They are made here, for the key is not to be seen by the server; so the hash before a stream's next entry
// is remembered, and asked for once per stream and process. What is remembered cannot be wrong: a row never changes, and the sequence names it.
internal sealed class PostgresHashes(JournalSeal seal)
{
    private const int Most = 200_000; // streams; some 40 MB

    private readonly Lock _gate = new();
    private readonly Dictionary<string, StreamHead> _known = [];

    public async Task<byte[][]> Of(NpgsqlConnection connection, IReadOnlyList<Entry> batch)
    {
        var before = Known(batch);
        var asked = batch.Where(entry => entry.Sequence > 1 && !before.ContainsKey((entry.PersistenceId, entry.Sequence - 1))).ToList();
        if (asked.Count > 0) await Ask(connection, asked, before);
        var hashes = new byte[batch.Count][];
        for (var i = 0; i < hashes.Length; i++)
        {
            var (id, sequence) = (batch[i].PersistenceId, batch[i].Sequence);
            // Without a hash before it there is no event before it, and the statement refuses the hole.
            hashes[i] = seal.Of(before.GetValueOrDefault((id, sequence - 1)) ?? [], batch[i]);
            before[(id, sequence)] = hashes[i];
        }
        return hashes;
    }

    public IReadOnlyCollection<StreamHead> Written(IReadOnlyList<Entry> batch, byte[][] hashes)
    {
        var heads = new Dictionary<string, StreamHead>();
        for (var i = 0; i < hashes.Length; i++)
            heads[batch[i].PersistenceId] = new(batch[i].PersistenceId, batch[i].Sequence, ImmutableCollectionsMarshal.AsImmutableArray(hashes[i]));
        lock (_gate)
        {
            if (_known.Count + heads.Count > Most) _known.Clear();
            foreach (var (id, head) in heads) _known[id] = head;
        }
        return heads.Values;
    }

    private Dictionary<(string, long), byte[]> Known(IReadOnlyList<Entry> batch)
    {
        var known = new Dictionary<(string, long), byte[]>();
        lock (_gate)
        {
            foreach (var entry in batch)
            {
                if (_known.TryGetValue(entry.PersistenceId, out var head)) known[(entry.PersistenceId, head.Sequence)] = [.. head.Hash];
            }
        }
        return known;
    }

    private static async Task Ask(NpgsqlConnection connection, List<Entry> entries, Dictionary<(string, long), byte[]> before)
    {
        await using var command = new NpgsqlCommand(
            """
            select journal.persistence_id, journal.sequence, journal.hash
              from unnest(@ids, @sequences) asked (id, sequence) join journal on journal.persistence_id = asked.id and journal.sequence = asked.sequence
             where journal.hash is not null
            """, connection)
        {
            Parameters =
            {
                new("ids", entries.Select(static entry => EntryBytes.Utf8.GetBytes(entry.PersistenceId)).ToArray()),
                new("sequences", entries.Select(static entry => entry.Sequence - 1).ToArray()),
            },
        };
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) before[(EntryBytes.Utf8.GetString(row.GetFieldValue<byte[]>(0)), row.GetInt64(1))] = row.GetFieldValue<byte[]>(2);
    }
}
