using Oddswire.Runtime;

namespace Oddswire.Simulation.Worlds;

internal enum Hook { PreStart, Receive, TurnEnded, PreRestart, PostStop }

/// <summary>What hooks have shown of a cell. Released: its instance is gone and the next one not there yet.</summary>
internal enum CellState { Fresh, Running, Failed, Released, Stopped }

/// <summary>
/// The world's own picture of one actor, drawn from the hooks its actor was called on: never from the cell under test.
/// Every simulated actor wraps each of its hooks in <see cref="Run"/>.
/// </summary>
internal sealed class Cell(Process process, ActorRef self)
{
    internal Process Process { get; } = process;
    internal ActorRef Self { get; } = self;
    internal string Path { get; } = self.Path;
    internal CellState State { get; private set; }
    internal Hook? Inside { get; private set; }

    /// <summary>Set by actors whose stop somebody judges.</summary>
    internal Func<bool> StopRequested { get; set; } = () => false;

    internal bool IsAlive => State != CellState.Stopped && Process.Alive;

    internal ValueTask Run(Hook hook, object? message, Func<ValueTask> body)
    {
        Process.World.Observe(new Observation.Began(this, hook, message));
        Inside = hook;
        ValueTask task;
        try
        {
            task = body();
        }
        catch (Exception e)
        {
            End(hook, message, e);
            throw;
        }
        if (!task.IsCompletedSuccessfully)
            return Await(task, hook, message);
        End(hook, message, null);
        return default;
    }

    private async ValueTask Await(ValueTask task, Hook hook, object? message)
    {
        try
        {
            await task;
        }
        catch (Exception e)
        {
            End(hook, message, e);
            throw;
        }
        End(hook, message, null);
    }

    private void End(Hook hook, object? message, Exception? error)
    {
        Inside = null;
        Process.World.Observe(new Observation.Ended(this, hook, message, error));
        State = hook switch
        {
            Hook.PostStop => CellState.Stopped,
            Hook.PreRestart => CellState.Released,
            _ when error is not null => CellState.Failed,
            Hook.PreStart => CellState.Running,
            _ => State,
        };
    }

    public override string ToString() => $"{Process}{Path}";
}
