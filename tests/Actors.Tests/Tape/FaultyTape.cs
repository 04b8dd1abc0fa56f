using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Tape;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;

namespace Oddswire.Actors.Tests.Tape;

/// <summary>A tape in memory whose store fails, or takes its time, as a test says.</summary>
internal sealed class FaultyTape(int most = 1_000_000) : ITape
{
    private readonly MemoryTape _tape = new(most);
    private TaskCompletionSource? _held;

    internal bool IsDown { get; set; }
    internal bool CannotBeRead { get; set; }

    /// <summary>Commits do not answer until <see cref="LetGo"/>.</summary>
    internal void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void LetGo() => _held!.SetResult();

    internal MemoryTape Stored => _tape;

    public async ValueTask<long> Commit(TapeCommit commit)
    {
        if (_held is { } held)
            await held.Task;
        if (IsDown)
            throw new TapeUnavailableException("the disk is full");
        return await _tape.Commit(commit);
    }

    public async ValueTask<TapePage> Read(long after, OrderFilter filter, int most) =>
        CannotBeRead ? throw new TapeUnavailableException("cannot be read") : await _tape.Read(after, filter, most);

    public ValueTask<TapeHead> Open() => _tape.Open();
    public ValueTask<ImmutableArray<TapeEntry>> At(ImmutableArray<long> offsets) => _tape.At(offsets);
    public ValueTask<ImmutableArray<TapeEntry>> Newest(int most) => _tape.Newest(most);
    public ValueTask<OrderPage> Query(OrderQuery query) => _tape.Query(query);
}
