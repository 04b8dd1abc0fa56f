using System.Globalization;
using Oddswire.Host.Storage;
using Oddswire.Runtime.Leases;

namespace Oddswire.Host.Downstream;

/// <summary>
/// GET /api/v1/audit: the journal as an audit trail, oldest first. The cursor is a position of the journal, which never changes; a page ends
/// when it is full, or when enough was looked at for one request - then it may be short, and goes on at next all the same.
/// </summary>
internal sealed class AuditApi(IJournalRows rows, string node, Fence current)
{
    private const int MostLookedAt = 20_000;

    internal async Task<Answer> List(Call call)
    {
        if (!call.Caller.May("admin") && !call.Caller.May("operate"))
            return Answer.Error(403, "FORBIDDEN", $"the key '{call.Caller.Name}' has neither the scope 'admin' nor 'operate'");
        var (query, refusal) = AuditQuery.Read(call);
        if (query is null)
            return refusal;
        try
        {
            var (entries, next) = await Page(query);
            return Answer.Of(200, json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("entries");
                foreach (var entry in entries)
                    entry.Write(json, entry.Row.Entry.Fence == current ? node : null); // which node held an earlier term is not kept
                json.WriteEndArray();
                json.WriteString("next", next?.ToString(CultureInfo.InvariantCulture));
                json.WriteEndObject();
            });
        }
        catch (StoreUnavailableException e)
        {
            return Answer.Error(503, "STORE_UNAVAILABLE", e.Message);
        }
    }

    private async Task<(List<AuditEntry> Entries, long? Next)> Page(AuditQuery query)
    {
        var entries = new List<AuditEntry>();
        var (at, looked) = (query.After, 0);
        while (looked < MostLookedAt)
        {
            var page = await rows.Page(at);
            if (page.IsEmpty)
                return (entries, query.Follow ? at : null);
            foreach (var row in page)
            {
                at = row.Position;
                looked++;
                if (AuditReading.Of(row) is { } entry && query.Wants(entry))
                    entries.Add(entry);
                if (entries.Count == query.Limit)
                    return (entries, at);
            }
        }
        return (entries, at);
    }
}
