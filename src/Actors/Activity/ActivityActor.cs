using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Rtds;
using Oddswire.Runtime;

namespace Oddswire.Actors.Activity;

/// <summary>
/// /activity: the hub of everything, for clients of the activity feed. It stands beside the directories of wallets and markets, encodes each
/// fill once, and only while somebody listens; what a session wants of it, the session decides.
/// </summary>
/// <param name="exchanges">In the fill of the order that was matched, the counterparty is one of these.</param>
public sealed class ActivityActor(ImmutableHashSet<WalletId> exchanges) : Actor<HubMessage>
{
    private sealed record Left(ActorRef<SessionMessage> Session) : HubMessage;

    private readonly HashSet<ActorRef<SessionMessage>> _listening = [];
    private readonly ArrayBufferWriter<byte> _body = new(1024);
    private HubMessage.Publish? _passing;

    /// <summary>The next instance knows nobody. Who listens is told so, and the tape does not wait for what nobody will pass on.</summary>
    protected override ValueTask PreRestart(Exception cause)
    {
        foreach (var session in _listening)
            session.Tell(new SessionMessage.Leave(CloseReason.Internal));
        Passed();
        return default;
    }

    protected override ValueTask Receive(HubMessage message)
    {
        switch (message)
        {
            case HubMessage.Publish publish:
                _passing = publish;
                if (_listening.Count > 0)
                    PassOn(publish.Batch);
                Passed();
                break;
            case HubMessage.Listen listen:
                if (_listening.Add(listen.Session))
                    Watch(listen.Session, new Left(listen.Session));
                break;
            case Left left:
                _listening.Remove(left.Session);
                break;
            default:
                Unhandled(message);
                break;
        }
        return default;
    }

    private void PassOn(Batch batch)
    {
        // The feed has no word for what comes late, is confirmed or taken back: nobody copies an old trade by accident.
        ImmutableArray<ActivityRow> rows = [.. batch.Entries.Where(static entry => entry is { Kind: EntryKind.Fill, Late: false }).Select(Row)];
        if (rows.IsEmpty)
            return;
        var activity = new SessionMessage.Activity(rows);
        foreach (var session in _listening)
            session.Tell(activity);
    }

    private ActivityRow Row(TapeEntry entry)
    {
        var fill = entry.Fill;
        _body.ResetWrittenCount();
        RtdsRowCodec.EncodeBody(fill, System.Time.GetUtcNow().ToUnixTimeMilliseconds(), _body);
        return new(fill.Market, fill.Taker is { } taker ? exchanges.Contains(taker) : fill.IsTaker, _body.WrittenSpan.ToArray());
    }

    private void Passed()
    {
        _passing?.ReplyTo.Tell(new TapeMessage.Passed(_passing.Batch.Number, []));
        _passing = null;
    }
}
