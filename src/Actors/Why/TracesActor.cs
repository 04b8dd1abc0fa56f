using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Why;
using Oddswire.Runtime;

namespace Oddswire.Actors.Why;

/// <summary>
/// /traces: keeps what happened to fills and how far connections are, for `why`. It is told and answers nobody, and writes little groups, so that
/// the tape's commits, which use the same store, come in between: fills when a group of them is full, and what there is once a second. A store
/// that is away costs answers only.
/// </summary>
public sealed class TracesActor(ITraces store) : Actor<TraceMessage>
{
    private sealed record Due : TraceMessage;
    private sealed record Begun(long Newest) : TraceMessage;
    private sealed record Kept : TraceMessage;
    private sealed record NotKept(Exception Cause) : TraceMessage;

    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(1);
    private const int MostInGroup = 500;

    // Of what is due. Connections that move say so once a second, each its own row: beyond this their stretches get longer.
    private const int MostGroupsPerSecond = 8;

    private readonly TraceBacklog _backlog = new();
    private readonly List<ActorRef<TraceMessage>> _settling = [];
    private ImmutableArray<FillTrace> _remembered = [];
    private TraceGroup? _group;     // is being written, or is to be tried again
    private long? _newest;          // of what is stored; null: not known yet
    private bool _busy;
    private bool _failing;
    private int _groupsLeft;

    protected override ValueTask PreStart()
    {
        Timers.Every("write", new Due(), WriteEvery);
        Begin();
        return default;
    }

    protected override ValueTask Receive(TraceMessage message)
    {
        switch (message)
        {
            case TraceMessage.Told told:
                _backlog.Add(told);
                Write();
                break;
            case TraceMessage.Sampled sampled:
                foreach (var sample in sampled.Samples)
                    _backlog.Add(sample);
                break;
            case TraceMessage.Remembered remembered:
                _remembered = remembered.Fills;
                TakeRemembered();
                break;
            case TraceMessage.Settle settle:
                _settling.Add(settle.ReplyTo);
                _groupsLeft = MostGroupsPerSecond;
                Write();
                break;
            case Due:
                _groupsLeft = MostGroupsPerSecond;
                if (_newest is null)
                    Begin();
                Write();
                break;
            case Begun begun:
                (_busy, _newest) = (false, begun.Newest);
                TakeRemembered();
                Write();
                break;
            case Kept:
                (_busy, _group, _failing) = (false, null, false);
                Write();
                break;
            case NotKept failed:
                (_busy, _groupsLeft) = (false, 0);
                if (!_failing)
                    TraceLog.NotKept(Log, failed.Cause.Message);
                _failing = true;
                Settled();
                break;
            default:
                Unhandled(message);
                break;
        }
        return default;
    }

    private void Begin()
    {
        if (_busy)
            return;
        _busy = true;
        PipeToSelf(store.Newest().AsTask(), static newest => new Begun(newest), static e => new NotKept(e));
    }

    private void TakeRemembered()
    {
        if (_newest is not { } newest)
            return;
        foreach (var fill in _remembered)
        {
            if (fill.Offset > newest)
                _backlog.Add(fill);
        }
        _remembered = [];
    }

    private void Write()
    {
        if (_busy || _newest is null)
            return;
        if (_group is null && _backlog.IsEmpty)
        {
            Settled();
            return;
        }
        if (_groupsLeft == 0 && (_failing || _backlog.Fills < MostInGroup))
            return;
        _busy = true;
        _group ??= _groupsLeft == 0 ? _backlog.TakeFills(MostInGroup) : _backlog.Take(MostInGroup);
        _groupsLeft = Math.Max(0, _groupsLeft - 1);
        PipeToSelf(Keep(_group), static _ => new Kept(), static e => new NotKept(e));
    }

    private async Task<bool> Keep(TraceGroup group)
    {
        await store.Keep(group);
        return true;
    }

    private void Settled()
    {
        foreach (var waits in _settling)
            waits.Tell(new TraceMessage.Settle(Self));
        _settling.Clear();
    }
}
