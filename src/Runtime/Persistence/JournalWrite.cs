using System.Collections.Immutable;
using System.Threading.Tasks.Sources;

namespace Oddswire.Runtime.Persistence;

/// <summary>
/// One Persist on its way to the journal and back. Each event-sourced actor owns one and reuses it, as only one may be in flight.
/// </summary>
internal sealed class JournalWrite : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _done;

    // The waiting actor must not run inside the writer's turn.
    internal JournalWrite() => _done.RunContinuationsAsynchronously = true;

    internal ImmutableArray<Entry> Entries { get; set; } = [];
    internal string PersistenceId => Entries[0].PersistenceId;

    internal ValueTask Begin()
    {
        _done.Reset();
        return new ValueTask(this, _done.Version);
    }

    internal void Committed() => _done.SetResult(true);
    internal void Failed(Exception cause) => _done.SetException(cause);

    void IValueTaskSource.GetResult(short token) => _done.GetResult(token);
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _done.GetStatus(token);
    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);
}
