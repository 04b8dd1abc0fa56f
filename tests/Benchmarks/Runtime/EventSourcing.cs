using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Benchmarks.Measuring;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Benchmarks.Runtime;

/// <summary>
/// 200 event-sourced actors that each persist one event after the other, on SQLite with synchronous FULL; beside it the same journal with
/// one commit per event. Both have a store of their own on the same disk.
/// </summary>
internal sealed class EventSourcing(int rounds)
{
    private const int Writers = 200;
    private const int EachWriter = 20;
    private const int OneByOneEvents = 400;
    private const int PayloadBytes = 120;

    internal async Task<Row> Measure()
    {
        var folder = Directory.CreateTempSubdirectory("oddswire-bench-");
        try
        {
            await using var grouped = await Store(folder, "grouped");
            await using var single = await Store(folder, "single");
            var system = new ActorSystem(new ActorSystemOptions { Random = Random.Shared, Journal = grouped.Journal });
            var together = new Together(system, grouped.Fence);
            var oneByOne = new OneByOne(single.Journal, single.Fence);
            var measured = await Rounds.Of(2, rounds, together, oneByOne);
            await system.Stop(TimeSpan.FromSeconds(10));
            var ratio = measured.PerSecond(together).Over(measured.PerSecond(oneByOne));
            return new Row($"event-sourced on SQLite, {Writers} writers", Row.Spread(measured.PerSecond(together), 1e3) + " k/s")
            {
                Yardstick = Row.Spread(measured.PerSecond(oneByOne), 1e3) + " k/s",
                Ratio = Row.Spread(ratio),
                Target = ">= 8.0 x",
                Passed = ratio.Median >= 8,
            };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<OpenStore> Store(DirectoryInfo folder, string name)
    {
        var store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(folder.FullName, name)), TimeProvider.System, NullLogger.Instance);
        var lease = await new SqliteLeases(store, TimeProvider.System).Seize("bench", new NodeId("bench", 1), TimeSpan.FromHours(1));
        return new OpenStore(store, new SqliteJournal(store), lease.Fence);
    }

    private sealed record OpenStore(SqliteStore Owner, IJournal Journal, Fence Fence) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Owner.DisposeAsync();
    }

    private sealed class Together : Contestant
    {
        private readonly ActorRef<int>[] _writers;

        internal Together(ActorSystem system, Fence fence) : base(Writers * EachWriter) =>
            _writers = [.. Enumerable.Range(0, Writers).Select(i => system.Spawn(Props.Of(() => new Writer(this, $"writer-{i}", fence)), $"writer-{i}"))];

        protected override int Parties => Writers;

        protected override void Begin()
        {
            foreach (var writer in _writers)
                writer.Tell(EachWriter);
        }
    }

    private sealed class Writer(Together owner, string id, Fence fence) : EventSourcedActor<int, long, long>(new(id, 0, new Codec(), fence))
    {
        protected override int SnapshotEvery => int.MaxValue;

        protected override long Apply(long state, long e) => state + e;

        protected override async ValueTask Receive(int message)
        {
            for (var i = 0; i < message; i++)
                await Persist(1L);
            owner.Finished();
        }
    }

    private sealed class OneByOne(IJournal journal, Fence fence) : Contestant(OneByOneEvents)
    {
        private static readonly byte[] Payload = new byte[PayloadBytes];
        private long _sequence;

        protected override void Begin() => _ = Write();

        private async Task Write()
        {
            for (var i = 0; i < OneByOneEvents; i++)
                await journal.Append([new Entry("single", ++_sequence, fence, _sequence, Payload)]);
            Finished();
        }
    }

    private sealed class Codec : IEventCodec<long, long>
    {
        public void WriteEvent(long e, IBufferWriter<byte> to) => WriteState(e, to);

        public long ReadEvent(ReadOnlySpan<byte> bytes) => ReadState(bytes);

        public void WriteState(long state, IBufferWriter<byte> to)
        {
            var bytes = to.GetSpan(PayloadBytes)[..PayloadBytes];
            bytes.Clear();
            BinaryPrimitives.WriteInt64LittleEndian(bytes, state);
            to.Advance(PayloadBytes);
        }

        public long ReadState(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
