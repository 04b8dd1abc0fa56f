namespace Oddswire.Host.Downstream.Connections;

/// <summary>The connections that were taken out of Kestrel, so that a stop waits for them as Kestrel does for its own.</summary>
internal sealed class OpenLines(TimeProvider time)
{
    private static readonly TimeSpan ToGo = TimeSpan.FromSeconds(1);    // what is aborted has nothing left to wait for

    private readonly Lock _gate = new();
    private readonly HashSet<Line> _open = [];
    private TaskCompletionSource? _none;     // of the one who waits for it

    internal void Add(Line line)
    {
        lock (_gate)
            _open.Add(line);
    }

    internal void Remove(Line line)
    {
        lock (_gate)
        {
            if (_open.Remove(line) && _open.Count == 0)
                _none?.TrySetResult();
        }
    }

    /// <summary>When all have ended. Those that have not when the patience is over are aborted.</summary>
    internal async Task End(CancellationToken patience)
    {
        try
        {
            await None().WaitAsync(patience);
        }
        catch (OperationCanceledException)
        {
            foreach (var line in Left())
                line.Abort();
            await Task.WhenAny(None(), Task.Delay(ToGo, time, CancellationToken.None));
        }
    }

    private Task None()
    {
        lock (_gate)
            return _open.Count == 0 ? Task.CompletedTask : (_none ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    private Line[] Left()
    {
        lock (_gate)
            return [.. _open];
    }
}
