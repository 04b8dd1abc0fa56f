using Oddswire.Runtime.Leases;

namespace Oddswire.Runtime.Tests.Leases;

/// <summary>A lease store whose answers a test holds back or turns into errors. Below it is a real one.</summary>
internal sealed class ScriptedLeases(TimeProvider time) : ILeases
{
    private readonly Queue<TaskCompletionSource> _heldBack = [];

    internal InMemoryLeases Store { get; } = new(time);
    internal bool HoldBack { get; set; }
    internal bool Fail { get; set; }
    internal List<string> Calls { get; } = [];

    public async ValueTask<Lease?> Hold(string resource, NodeId owner, TimeSpan timeToLive)
    {
        Begin("hold");
        var lease = await Store.Hold(resource, owner, timeToLive);
        await Answer();
        return lease;
    }

    public async ValueTask<Lease> Seize(string resource, NodeId owner, TimeSpan timeToLive)
    {
        Begin("seize");
        var lease = await Store.Seize(resource, owner, timeToLive);
        await Answer();
        return lease;
    }

    public async ValueTask Release(Lease lease)
    {
        Begin("release");
        await Store.Release(lease);
        await Answer();
    }

    /// <summary>The oldest answer that was held back arrives.</summary>
    internal void AnswerOne() => _heldBack.Dequeue().SetResult();

    private void Begin(string call)
    {
        Calls.Add(call);
        if (Fail)
            throw new LeasesUnavailableException("told to fail");
    }

    private ValueTask Answer()
    {
        if (!HoldBack)
            return default;
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _heldBack.Enqueue(answer);
        return new(answer.Task);
    }
}
