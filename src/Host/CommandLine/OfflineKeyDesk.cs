using System.Collections.Immutable;
using Oddswire.Actors.Keys;
using Oddswire.Host.Downstream;
using Oddswire.Host.Hocon;
using Oddswire.Host.Operations;
using Oddswire.Host.Settings;
using Oddswire.Host.Storage;
using Oddswire.Messages.Keys;
using Oddswire.Runtime;

namespace Oddswire.Host.CommandLine;

/// <summary>The keys of a store that no gateway has open: the same actor on the same journal, and nothing else of the gateway.</summary>
internal sealed class OfflineKeyDesk : IKeyDesk
{
    private static readonly KeyAsker Me = new("offline", "local");

    private readonly ConsoleLog _logs;
    private readonly Stores _store;
    private readonly ActorSystem _system;
    private readonly KeysApi _keys;

    private OfflineKeyDesk(ConsoleLog logs, Stores store, ActorSystem system, KeysApi keys) => (_logs, _store, _system, _keys) = (logs, store, system, keys);

    /// <summary>Throws what opening the store throws: a gateway that has it open is named, exit code 3.</summary>
    internal static async Task<OfflineKeyDesk> Open(GatewaySettings settings, Terminal terminal)
    {
        if (settings.Storage.IsTemporary && settings.Tape.Store != TapeStore.Postgres)
            throw new ConfigurationException(Position.Whole("--offline"), "a store that is kept: --config FILE, or --set storage.path=FOLDER", "storage.path = temporary");
        var logs = new ConsoleLog(LogLevel.Warning, terminal.Error.WriteLine);
        var store = await Stores.Open(settings, acceptLoss: false, terminal.Time, logs.CreateLogger("Oddswire.Storage"));
        var node = new NodeId(settings.Node.Name, terminal.Time.GetUtcNow().UtcTicks);
        var lease = await store.Leases.Seize("gateway", node, TimeSpan.FromSeconds(10));
        var system = new ActorSystem(new ActorSystemOptions { Node = node, Random = Random.Shared, Loggers = logs, Journal = store.Journal });
        var keyring = new Keyring([.. settings.Keys.Select(static key => key.ToRecord())], settings.Limits.Connections, settings.Limits.Commands);
        var keys = system.Spawn(Props.Of(KeysActor.Instances(keyring, lease.Fence, static () => null)), "keys");
        await system.Ask(keys, (ActorRef<ImmutableArray<KeyRecord>> to) => new KeyMessage.GetStored(to), TimeSpan.FromSeconds(30));
        return new OfflineKeyDesk(logs, store, system, new KeysApi(system, keys, keyring));
    }

    public Task<Answer> Add(ReadOnlyMemory<byte> request, CancellationToken cancel) => _keys.Add(request, Me);

    public Task<Answer> List(CancellationToken cancel) => Task.FromResult(_keys.List());

    public Task<Answer> Revoke(string name, CancellationToken cancel) => _keys.Revoke(name, Me);

    public async ValueTask DisposeAsync()
    {
        await _system.Stop(TimeSpan.FromSeconds(1));
        await _store.DisposeAsync();
        _logs.Dispose();
    }
}
