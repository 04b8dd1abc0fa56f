using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;

namespace Oddswire.Runtime.Tests.Persistence;

internal delegate ValueTask Scribble(Notebook me);

/// <summary>An event-sourced puppet: its events are words, its state is the text they make.</summary>
internal sealed class Notebook(EventStream<string, string> stream) : EventSourcedActor<Scribble, string, string>(stream)
{
    internal Action<Notebook>? OnRecovered { get; init; }
    internal Action<string>? OnApplied { get; init; }
    internal Func<Notebook, ValueTask>? OnStopped { get; init; }
    internal int Every { get; init; } = 1_000;

    /// <summary>Words that Apply cannot stand.</summary>
    internal HashSet<string> Unbearable { get; init; } = [];

    internal string Text => State;
    internal long At => Sequence;
    internal bool MayWrite => CanPersist;
    internal void Close() => StopSelf();

    internal static Notebook New(string id, Fence fence) => new(Stream(id, fence));

    internal static EventStream<string, string> Stream(string id, Fence fence) => new(id, "", new Words(), fence);

    internal ValueTask Write(string word) => Persist(word);
    internal ValueTask Write(params ImmutableArray<string> words) => Persist(words);

    protected override int SnapshotEvery => Every;

    protected override string Apply(string state, string e) =>
        Unbearable.Contains(e) ? throw new TestFailure($"cannot stand '{e}'") : Append(state, e);

    private string Append(string state, string e)
    {
        OnApplied?.Invoke(e);
        return state.Length == 0 ? e : $"{state} {e}";
    }

    protected override ValueTask Recovered()
    {
        OnRecovered?.Invoke(this);
        return default;
    }

    protected internal override ValueTask Receive(Scribble message) => message(this);

    protected internal override ValueTask PostStop() => OnStopped?.Invoke(this) ?? default;

    /// <summary>Each event and each state begins with a mark; what does not is unreadable.</summary>
    private sealed class Words : IEventCodec<string, string>
    {
        public void WriteEvent(string e, IBufferWriter<byte> to) => Write('!', e, to);
        public string ReadEvent(ReadOnlySpan<byte> bytes) => Read('!', bytes);
        public void WriteState(string state, IBufferWriter<byte> to) => Write('#', state, to);
        public string ReadState(ReadOnlySpan<byte> bytes) => Read('#', bytes);

        private static void Write(char mark, string text, IBufferWriter<byte> to)
        {
            if (text is "unwritable" or "never write")
                throw new TestFailure("no bytes for that");
            to.Write(Encoding.UTF8.GetBytes(mark + text));
        }

        private static string Read(char mark, ReadOnlySpan<byte> bytes)
        {
            var text = Encoding.UTF8.GetString(bytes);
            return text.StartsWith(mark) ? text[1..] : throw new InvalidDataException($"no '{mark}' in front of it");
        }
    }
}

/// <summary>A test system with notebooks, under one lease that the test may hand to somebody else.</summary>
internal sealed class Desk
{
    internal Desk(int seed = 1, SupervisorStrategy? supervision = null, int recoveryParallelism = 16)
    {
        Kit = new TestSystem(seed, supervision ?? SupervisorStrategy.Default with { Backoff = Backoff.None }, recoveryParallelism: recoveryParallelism);
        Seize("alice");
    }

    internal TestSystem Kit { get; }
    internal FaultyJournal Journal => Kit.Journal;

    /// <summary>The right to write as it was when the desk was set up.</summary>
    internal Fence Fence { get; } = new("desk", 1);

    /// <summary>Another owner takes the lease: the term rises.</summary>
    internal void Seize(string owner) =>
        _ = Kit.Run(() => Kit.Leases.Seize("desk", new NodeId(owner, 1), TimeSpan.FromDays(1)));

    internal ActorRef<Scribble> Open(string id, Func<Notebook>? create = null, string? name = null)
    {
        var notebook = Kit.System.Spawn(Props.Of(create ?? (() => Notebook.New(id, Fence))), name ?? id);
        Kit.Settle();
        return notebook;
    }

    /// <summary>Writes and settles. What is noted is noted behind the Persist.</summary>
    internal void Write(ActorRef<Scribble> notebook, params string[] words)
    {
        foreach (var word in words)
            notebook.Tell(async me => await me.Write(word));
        Kit.Settle();
    }

    internal string? TextOf(ActorRef<Scribble> notebook)
    {
        string? text = null;
        notebook.Tell(me =>
        {
            text = me.Text;
            return default;
        });
        Kit.Settle();
        return text;
    }

    internal ImmutableArray<string> Stored(string id)
    {
        var stored = ImmutableArray.CreateBuilder<string>();
        _ = Kit.Run(async () =>
        {
            await foreach (var entry in Journal.Read(id, 0))
                stored.Add(Encoding.UTF8.GetString(entry.Payload.Span)[1..]);
        });
        return stored.ToImmutable();
    }
}
