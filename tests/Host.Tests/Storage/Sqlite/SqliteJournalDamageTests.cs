using Oddswire.Host.Storage.Sqlite;
using Oddswire.Runtime.Persistence;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

/// <summary>Found by flipping every bit of a database: one makes of a payload a value that is none.</summary>
public sealed class SqliteJournalDamageTests : IAsyncDisposable
{
    private readonly StoreFolder _folder = new();

    [Fact]
    public async Task An_event_whose_values_are_of_another_kind_is_named_and_nothing_of_its_stream_is_taken_for_whole()
    {
        var store = _folder.Open();
        await store.Append(await store.Seize(), "a", 1, 3);
        await _folder.Close();
        _folder.Raw(
            """
            pragma writable_schema = on;
            update sqlite_master set sql = replace(sql, 'payload blob not null', 'payload blob') where name = 'journal';
            """);
        _folder.Raw("update journal set payload = null where sequence = 2");
        store = _folder.Open();
        var refusal = await Assert.ThrowsAsync<JournalUnavailableException>(() => store.Texts("a"));
        Assert.Contains("event 2 of 'a'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JournalUnavailableException>(async () =>
        {
            await foreach (var _ in new SqliteJournal(store).ReadAll("a"))
            {
            }
        });
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
