using System.Collections.Immutable;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Tests.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Orders;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime.Leases;
using Xunit;

namespace Oddswire.Actors.Tests.Keys;

public sealed class KeyringActorTests
{
    private static readonly KeyAsker By = new("demo-admin", "127.0.0.1");

    private readonly Gateway _gateway = new();

    private static KeyRecord Record(string name, string secret = "ow_desk", Tier tier = Tier.Dev) => new(name, Keyring.Hash(secret), tier, ["stream"], null, 7, 0);

    private static KeyRecord Signer(string name, bool legacy = false, bool snake = false) =>
        Record(name) with { Hash = Keyring.HashOfId(name), Kind = KeyKind.Ed25519, Signing = new SigningKey(name, "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", legacy, snake) };

    private Task<KeyOutcome> Add(KeyRecord key) => _gateway.Kit.Ask<KeyMessage, KeyOutcome>(_gateway.Keys, to => new KeyMessage.Add(key, By, to));

    private Task<KeyOutcome> Revoke(string name) => _gateway.Kit.Ask<KeyMessage, KeyOutcome>(_gateway.Keys, to => new KeyMessage.Revoke(name, By, to));

    [Fact]
    public async Task An_added_key_opens_the_door_and_has_the_limits_that_were_set()
    {
        Assert.Equal(KeyOutcome.Done, await Add(Record("desk")));
        var key = _gateway.Keyring.Find("ow_desk")!;
        Assert.Equal(("desk", 7, 500, 5, 50), (key.Name, key.Limits.WalletsPerSubscription, key.Limits.Subscriptions, key.Limits.Connections, key.Limits.CommandsPerSecond));
        Assert.Equal(_gateway.Kit.Clock.GetUtcNow().ToUnixTimeMilliseconds(), Assert.Single(_gateway.Keyring.Stored).CreatedAt);
        Assert.Null(_gateway.Keyring.Find("ow_other"));
    }

    [Fact]
    public async Task Stored_keys_come_back_with_a_restart()
    {
        await Add(Record("desk"));
        await Add(Record("gone", "ow_gone"));
        await Revoke("gone");
        var ring = new Keyring([], 5, 50);
        _gateway.Kit.Spawn(KeysActor.Instances(ring, new Fence("gateway", 1), () => null), "another-life");
        _gateway.Kit.Settle();
        Assert.Equal("desk", ring.Find("ow_desk")?.Name);
        Assert.Null(ring.Find("ow_gone"));
    }

    [Fact]
    public async Task Names_are_given_once_and_a_revoked_one_is_free_again()
    {
        Assert.Equal(KeyOutcome.Done, await Add(Record("desk")));
        Assert.Equal(KeyOutcome.NameTaken, await Add(Record("desk", "ow_other")));
        Assert.Equal(KeyOutcome.Configured, await Add(Record("configured")));
        Assert.Equal(KeyOutcome.Configured, await Revoke("configured"));
        Assert.Equal(KeyOutcome.Unknown, await Revoke("nobody"));
        Assert.Equal(KeyOutcome.Done, await Revoke("desk"));
        Assert.Equal(KeyOutcome.Done, await Add(Record("desk", "ow_other")));
        Assert.Null(_gateway.Keyring.Find("ow_desk"));
        Assert.NotNull(_gateway.Keyring.Find("ow_other"));
    }

    [Fact]
    public async Task A_key_that_signs_is_found_by_its_id_and_opens_no_door_as_a_text()
    {
        Assert.Equal(KeyOutcome.Done, await Add(Signer("signer", legacy: true)));
        Assert.Equal((true, false), (_gateway.Keyring.FindSigner("signer")!.Signing!.Legacy, _gateway.Keyring.FindSigner("signer")!.Signing!.Snake));
        Assert.Null(_gateway.Keyring.Find("signer"));
        Assert.Null(_gateway.Keyring.Find("ed25519 signer"));
        Assert.Null(_gateway.Keyring.FindSigner("of-the-file"));
        await Revoke("signer");
        Assert.Null(_gateway.Keyring.FindSigner("signer"));
    }

    [Fact]
    public async Task A_revoked_key_s_sockets_close_and_those_who_are_on_their_way_in_too()
    {
        await Add(Record("desk"));
        var key = _gateway.Keyring.Find("ow_desk")!;
        var client = _gateway.Connect(key: key);
        client.Subscribe(OrderFilter.Everything);
        var neighbour = _gateway.Connect(key: Made.Key(name: "other"));
        Assert.Equal(KeyOutcome.Done, await Revoke("desk"));
        Assert.Equal(1008, client.ClosedWith);
        Assert.True(neighbour.IsOpen);
        var late = _gateway.Connect(key: key);
        _gateway.Kit.Settle();
        Assert.Equal(1008, late.ClosedWith);
    }

    [Fact]
    public async Task A_key_that_is_revoked_while_nobody_counts_is_turned_away_when_it_enters_again()
    {
        await Add(Record("desk"));
        var client = _gateway.Connect(key: _gateway.Keyring.Find("ow_desk"));
        await Revoke("desk");
        _gateway.Kit.Restart(_gateway.Keys);
        Assert.Equal(1008, client.ClosedWith);
    }

    [Fact]
    public async Task What_the_journal_does_not_take_is_not_in_force_and_not_answered()
    {
        _gateway.Kit.Journal.FailNext(1);
        var answer = _gateway.Kit.Ask<KeyMessage, KeyOutcome>(_gateway.Keys, to => new KeyMessage.Add(Record("desk"), By, to), TimeSpan.FromSeconds(5));
        Assert.False(answer.IsCompleted);
        Assert.Null(_gateway.Keyring.Find("ow_desk"));
        // Who holds a key notices nothing, and subscriptions are granted.
        _gateway.Connect().Subscribe(OrderFilter.Everything);
        _gateway.Kit.Advance(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<TimeoutException>(() => answer);
        Assert.Equal(KeyOutcome.Done, await Add(Record("desk")));
    }

    [Fact]
    public async Task A_journal_that_is_away_for_long_takes_nobody_down()
    {
        for (var i = 0; i < 30; i++)
        {
            _gateway.Kit.Journal.FailNext(1);
            _ = _gateway.Kit.Ask<KeyMessage, KeyOutcome>(_gateway.Keys, to => new KeyMessage.Add(Record("desk"), By, to), TimeSpan.FromSeconds(1));
            _gateway.Kit.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(KeyOutcome.Done, await Add(Record("desk")));
    }

    [Fact]
    public void Events_and_states_read_back_as_they_were_written_and_hold_no_secret()
    {
        var codec = new KeyCodec();
        var desk = Record("desk", tier: Tier.Enterprise) with { Subscriptions = 3, CreatedAt = 1_700_000_000_123 };
        var signer = Signer("signer", legacy: true);
        foreach (var e in new KeyEvent[] { new KeyEvent.Added(desk, By), new KeyEvent.Added(signer, By), new KeyEvent.Added(Signer("snake", snake: true), By), new KeyEvent.Revoked("desk", 5, By) })
        {
            var bytes = new System.Buffers.ArrayBufferWriter<byte>();
            codec.WriteEvent(e, bytes);
            Assert.DoesNotContain("ow_desk", System.Text.Encoding.UTF8.GetString(bytes.WrittenSpan), StringComparison.Ordinal);
            var back = codec.ReadEvent(bytes.WrittenSpan);
            Assert.Equivalent(e, back, strict: true);
        }
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        var state = KeyringState.Empty.With(new KeyEvent.Added(desk, By)).With(new KeyEvent.Added(Record("other"), By)).With(new KeyEvent.Added(signer, By));
        codec.WriteState(state, written);
        Assert.Equivalent(state.ByName.Values.ToImmutableArray(), codec.ReadState(written.WrittenSpan).ByName.Values.ToImmutableArray(), strict: true);
    }
}
