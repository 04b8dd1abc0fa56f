namespace Oddswire.Runtime.Persistence;

/// <summary>A row with this (persistence id, sequence) exists already. Nothing of the batch was written.</summary>
public sealed class SequenceTakenException : Exception
{
    public SequenceTakenException() { }
    public SequenceTakenException(string message) : base(message) { }
    public SequenceTakenException(string message, Exception cause) : base(message, cause) { }
}

/// <summary>The journal did not answer, or answered with an error. Whether the batch was committed is not known.</summary>
public sealed class JournalUnavailableException : Exception
{
    public JournalUnavailableException() { }
    public JournalUnavailableException(string message) : base(message) { }
    public JournalUnavailableException(string message, Exception cause) : base(message, cause) { }
}

/// <summary>Another owner holds a higher term: who gets this stops, it does not restart.</summary>
public sealed class FencedException : Exception
{
    public FencedException() { }
    public FencedException(string message) : base(message) { }
    public FencedException(string message, Exception cause) : base(message, cause) { }
}

/// <summary>A stored event cannot be read back or applied. The actor does not start, and nothing is overwritten.</summary>
public sealed class UnreadableEventException : Exception
{
    public UnreadableEventException() { }
    public UnreadableEventException(string message) : base(message) { }
    public UnreadableEventException(string message, Exception cause) : base(message, cause) { }

    public UnreadableEventException(string persistenceId, long sequence, Exception cause)
        : base($"event {sequence} of '{persistenceId}' cannot be read: {cause?.Message}", cause)
    {
        PersistenceId = persistenceId;
        Sequence = sequence;
    }

    public string PersistenceId { get; } = "";
    public long Sequence { get; }
}
