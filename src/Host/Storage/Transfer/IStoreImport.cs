namespace Oddswire.Host.Storage.Transfer;

// An empty store that is being filled, in one transaction: it is all there after the commit, and stays empty without one.
internal interface IStoreImport : IAsyncDisposable
{
    // The journal as it is so far.
    IJournalRows Rows { get; }

    Task Add(IReadOnlyList<StoreLine> lines);

    Task Commit();
}
