using System.Collections.Concurrent;
using System.Globalization;
using Oddswire.Host.Storage;
using Oddswire.Runtime.Leases;

namespace Oddswire.Host.Downstream;

/// <summary>
/// GET /api/v1/audit: the journal as an audit trail, oldest first. The cursor is a position of the journal, which never changes; a page ends
/// when it is full, or when enough was looked at for one request - then it may be short, and goes on at next all the same.
/// </summary>
internal sealed class AuditApi(IJournalRows rows)
{
    private const int MostLookedAt = 20_000;
    private const int MostNodes = 1_000;

    // A term has one owner for ever.
    private readonly ConcurrentDictionary<Fence, string?> _nodes = [];

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
            foreach (var fence in entries.Select(static entry => entry.Row.Entry.Fence).Distinct())
                await Learn(fence);
            var cut = await rows.CutUntil();
            return Answer.Of(200, json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("entries");
                foreach (var entry in entries)
                    entry.Write(json, _nodes.GetValueOrDefault(entry.Row.Entry.Fence));
                json.WriteEndArray();
                json.WriteString("next", next?.ToString(CultureInfo.InvariantCulture));
                json.WriteString("complete_since", cut is { } until ? FeedsJson.Time(until) : null); // what is older may have been cut off
                json.WriteEndObject();
            });
        }
        catch (StoreUnavailableException e)
        {
            return Answer.Error(503, "STORE_UNAVAILABLE", e.Message);
        }
    }

    private async Task Learn(Fence fence)
    {
        if (_nodes.ContainsKey(fence))
            return;
        if (_nodes.Count >= MostNodes)
            _nodes.Clear();
        _nodes[fence] = await rows.OwnerOf(fence);
    }

    private async Task<(List<AuditEntry> Entries, long? Next)> Page(AuditQuery query)
    {
        var entries = new List<AuditEntry>();
        var (at, looked) = (query.Since > 0 ? Math.Max(query.After, await rows.StoodAt(query.Since)) : query.After, 0);
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
