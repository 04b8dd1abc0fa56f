using Oddswire.Messages.Keys;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Actors.Keys;

/// <summary>
/// /keys/ring: the keys that are stored. A change is committed, then in force at the doors, then answered. While the journal does not
/// answer, nobody is answered here either, and the keys that were in force stay so.
/// </summary>
internal sealed class KeyringActor(Keyring keyring, Fence fence, ActorRef<KeyMessage> usage)
    : EventSourcedActor<KeyMessage.Stored, KeyEvent, KeyringState>(new("keys", KeyringState.Empty, new KeyCodec(), fence))
{
    // All of them are in memory, and copied at every change.
    private const int Most = 10_000;

    protected override KeyringState Apply(KeyringState state, KeyEvent e) => state.With(e);

    protected override ValueTask Recovered()
    {
        Publish();
        return default;
    }

    protected override async ValueTask Receive(KeyMessage.Stored message)
    {
        switch (message)
        {
            case KeyMessage.Add add:
                add.ReplyTo.Tell(await Add(add));
                break;
            case KeyMessage.Revoke revoke:
                revoke.ReplyTo.Tell(await Revoke(revoke));
                break;
            case KeyMessage.GetStored get:
                get.ReplyTo.Tell(keyring.Stored);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private async ValueTask<KeyOutcome> Add(KeyMessage.Add add)
    {
        if (IsConfigured(add.Key.Name))
            return KeyOutcome.Configured;
        if (State.ByName.ContainsKey(add.Key.Name))
            return KeyOutcome.NameTaken;
        if (State.ByName.Count >= Most)
            return KeyOutcome.Full;
        await Persist(new KeyEvent.Added(add.Key with { CreatedAt = Now() }, add.By));
        Publish();
        return KeyOutcome.Done;
    }

    private async ValueTask<KeyOutcome> Revoke(KeyMessage.Revoke revoke)
    {
        if (!State.ByName.ContainsKey(revoke.Name))
            return IsConfigured(revoke.Name) ? KeyOutcome.Configured : KeyOutcome.Unknown;
        await Persist(new KeyEvent.Revoked(revoke.Name, Now(), revoke.By));
        // In this order: who passed the door a moment ago is closed now, or turned away when it enters.
        Publish();
        usage.Tell(new KeyMessage.CloseSessions(revoke.Name));
        return KeyOutcome.Done;
    }

    private bool IsConfigured(string name) => keyring.Configured.Any(key => key.Name == name);

    private void Publish() => keyring.Replace([.. State.ByName.Values]);

    private long Now() => System.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
