namespace Oddswire.Host.Storage;

// Another process has the store open. Exit code 3.
internal sealed class StoreInUseException(string message, int? processId) : Exception(message)
{
    public int? ProcessId { get; } = processId;
}

// A newer Oddswire has written this store. Exit code 3.
internal sealed class StoreTooNewException(string message) : Exception(message);

// The store did not do what it was asked; the message says what happened and what to do about it.
internal sealed class StoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

// The journal does not reach up to the head that was noted beside it. Nothing has been changed. Exit code 1.
internal sealed class JournalLossException(string message, long firstMissing, long missing, long missingTerms) : Exception(message)
{
    // Positions count all entries of the journal from 1, over all actors.
    public long FirstMissing { get; } = firstMissing;
    public long Missing { get; } = missing;

    // How often leases changed hands in what is missing.
    public long MissingTerms { get; } = missingTerms;
}
