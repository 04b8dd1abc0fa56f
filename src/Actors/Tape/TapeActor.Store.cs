using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Tape;

namespace Oddswire.Actors.Tape;

/// <summary>The tape and its store: one commit at a time, and what happens while the store does not answer.</summary>
public sealed partial class TapeActor
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private long? _writesSince;

    private void Commit()
    {
        if (_commits!.Next() is not { } commit)
        {
            PublishUnwritten();
            return;
        }
        PipeToSelf(Write(commit), static oldest => new Committed(oldest), static e => new CommitFailed(e));
        _writesSince = Running;
        if (!Timers.IsSet("patience"))
            Timers.Once("patience", new LosePatience(), rules.CommitPatience);
    }

    /// <summary>One timer for many commits: when it comes it is looked at how long the one under way has taken.</summary>
    private void LookAtPatience()
    {
        if (_writesSince is not { } since)
            return;
        var left = rules.CommitPatience - TimeSpan.FromMilliseconds(Running - since);
        if (left > TimeSpan.Zero)
            Timers.Once("patience", new LosePatience(), left);
        else
            Degrade("the store has not answered for " + rules.CommitPatience);
    }

    private async Task<long> Write(Ports.TapeCommit commit)
    {
        var began = System.Time.GetTimestamp();
        var oldest = await wiring.Store.Commit(commit);
        TapeMetrics.Committed(System.Time.GetElapsedTime(began));
        return oldest;
    }

    private void StoreSaid(TapeMessage message)
    {
        switch (message)
        {
            case Committed committed:
                _writesSince = null;
                _degraded = null;
                if (_commits!.IsDegraded)
                    wiring.Ledger.Tell(new LedgerMessage.FeedFact("tape", "recovered", "the tape is written again"));
                foreach (var entry in _commits.Committed(Now, _traces, _decisions.LetGo))
                    _publisher.Add(entry);
                _commits.Trimmed(committed.Oldest);
                if (_commits.TakeShed() is { } shed)
                    GoBackFor(shed);
                break;
            case CommitFailed failed:
                _writesSince = null;
                TapeMetrics.Failed();
                Degrade(failed.Cause.Message);
                _commits!.Failed();
                Timers.Once("retry", new Retry(), RetryAfter);
                break;
            case LosePatience:
                LookAtPatience();
                break;
            case Retry:
                _commits!.MayTryAgain();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>From here on fills are sent without a position, so that nobody waits for the disk; they are kept and written in order afterwards.</summary>
    private void Degrade(string reason)
    {
        if (!_commits!.IsDegraded)
            wiring.Ledger.Tell(new LedgerMessage.FeedFact("tape", "degraded", reason));
        _commits.IsDegraded = true;
        _degraded = reason;
        PublishUnwritten();
    }

    private void GoBackFor((long From, long To) shed)
    {
        _coverage!.Discarded(shed.From, shed.To, "the tape could not be written and its buffer was full", _gaps);
        _sweeps.Clear();        // they tell of progress over what was given up
        if (_commits!.SweepAgain() is { } block)
            AskChains(new ChainQuestion.SweepAfter(block));
    }

    private void PublishUnwritten()
    {
        if (!_commits!.IsDegraded)
            return;
        foreach (var entry in _commits.Unwritten(Now))
            _publisher.Add(entry);
        _commits.Shed();
    }
}
