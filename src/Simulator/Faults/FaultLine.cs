using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Faults;

// The way of one connection's frames from its venue to its wire, and where the faults on it happen. Without faults a
// frame goes straight through.
public sealed class FaultLine(int connection, IWire wire, VenueFaults faults, Agenda agenda)
{
    private const int MostHeldBack = 3;
    private const int MostDelayed = 100_000; // beyond it frames are on time again: memory is bounded

    private static readonly TimeSpan LongestHoldBack = TimeSpan.FromSeconds(1);

    private readonly List<ServerFrame> _heldBack = [];
    private bool _cutNext;
    private int _delayed;

    public bool Ended { get; private set; }

    // Called once, when the last frame has gone out or the transport is gone.
    internal Action? Ending { get; set; }

    // False while a freeze swallows the frame: the venue then does not wait for an answer to it.
    public bool Send(in ServerFrame frame)
    {
        if (Ended) return true;
        if (faults.Any || _cutNext || _heldBack.Count > 0) return SendFaulty(frame);
        Pass(frame);
        return true;
    }

    public void End()
    {
        if (Ended) return;
        Ended = true;
        _heldBack.Clear();
        Ending?.Invoke();
    }

    // Strikes once, now.
    internal void Strike(ActiveFault fault)
    {
        switch (fault.Fault.Kind)
        {
            case FaultKind.Drop:
                Pass(ServerFrame.Drop());
                break;
            case FaultKind.Close or FaultKind.AcceptThenClose:
                Pass(ServerFrame.Close(fault.Fault.Code, fault.Fault.Reason));
                break;
            case FaultKind.HalfFrame:
                _cutNext = true;
                break;
            case FaultKind.Garbage or FaultKind.Text:
                Pass(Noise.Frame(fault));
                break;
        }
    }

    private bool SendFaulty(in ServerFrame frame)
    {
        if (faults.On(FaultKind.Freeze, connection) is not null) return false;
        if (frame.Role != FrameRole.Heartbeat && faults.On(FaultKind.FreezeKeepPongs, connection) is not null) return false;
        if ((faults.On(FaultKind.Drop, connection) ?? faults.On(FaultKind.Close, connection)) is { } ending)
            Strike(ending);
        else if (frame.Kind == FrameKind.Text && frame.Length > 1 && (_cutNext || faults.On(FaultKind.HalfFrame, connection) is not null))
            Pass(frame.CutInHalf());
        else if (frame.Role == FrameRole.Data)
            SendFaultyData(frame);
        else
            Pass(frame);
        return true;
    }

    private void SendFaultyData(ServerFrame frame)
    {
        if (faults.On(FaultKind.Mute, connection, frame.Topic) is not null) return;
        if (faults.OnFrame(FaultKind.Lose, connection, frame.Topic) is not null) return;
        if ((faults.OnFrame(FaultKind.Garbage, connection, frame.Topic) ?? faults.OnFrame(FaultKind.Text, connection, frame.Topic)) is { } noise)
            Pass(Noise.Frame(noise));
        var twice = faults.OnFrame(FaultKind.Duplicate, connection, frame.Topic) is not null;
        if (_delayed < MostDelayed && faults.OnFrame(FaultKind.Delay, connection, frame.Topic) is { } delay)
        {
            _delayed++;
            agenda.After(delay.Fault.By, () =>
            {
                _delayed--;
                Deliver(frame, twice);
            });
            return;
        }
        if (_heldBack.Count < MostHeldBack && faults.OnFrame(FaultKind.Reorder, connection, frame.Topic) is not null)
        {
            if (_heldBack.Count == 0) agenda.After(LongestHoldBack, Release);
            _heldBack.Add(frame);
            return;
        }
        Deliver(frame, twice);
        Release();
    }

    private void Deliver(in ServerFrame frame, bool twice)
    {
        Pass(frame);
        if (twice) Pass(frame);
    }

    // Newest first: what was held back comes in the wrong order, and after what should have followed it.
    private void Release()
    {
        for (var i = _heldBack.Count - 1; i >= 0; i--) Pass(_heldBack[i]);
        _heldBack.Clear();
    }

    private void Pass(in ServerFrame frame)
    {
        if (Ended) return;
        wire.Send(frame);
        if (frame.Ends) End();
    }
}
