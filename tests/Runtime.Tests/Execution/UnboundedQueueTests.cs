using Oddswire.Runtime.Execution;
using Xunit;

namespace Oddswire.Runtime.Tests.Execution;

public sealed class UnboundedQueueTests
{
    private readonly UnboundedQueue<object> _queue = new();
    private Reader<object> _reader;

    private void Put(int from, int count)
    {
        for (var n = from; n < from + count; n++)
            _queue.Enqueue(n, ref _reader, out _);
    }

    private void Take(int from, int count)
    {
        for (var n = from; n < from + count; n++)
        {
            Assert.True(_queue.TryDequeue(ref _reader, out var message));
            Assert.Equal(n, message);
        }
    }

    [Fact]
    public void What_a_burst_has_needed_is_given_up_when_it_is_over()
    {
        Put(0, 5_000);
        Take(0, 5_000);
        Assert.True(_reader.Slots!.Length >= 4_096);
        for (var n = 5_000; n < 25_000; n++)
        {
            Put(n, 1);
            Take(n, 1);
        }
        Assert.InRange(_reader.Slots.Length, 1, 64);
        Assert.False(_queue.TryDequeue(ref _reader, out _));
        Assert.Equal(0, _queue.Count(in _reader));
    }

    [Fact]
    public void Who_keeps_being_that_full_keeps_its_room()
    {
        Put(0, 3_000);
        for (var n = 0; n < 20_000; n += 500)
        {
            Take(n, 500);
            Put(n + 3_000, 500);
        }
        Assert.Equal(4_096, _reader.Slots!.Length);
    }

    /// <summary>Two senders in bursts, so that the rings grow and shrink under their hands.</summary>
    [Fact]
    public void Nothing_is_lost_and_each_sender_keeps_its_order_while_rings_grow_and_shrink()
    {
        const int Each = 300_000;
        var senders = Enumerable.Range(0, 2).Select(sender => new Thread(() =>
        {
            var random = new Random(sender);
            for (var n = 0; n < Each;)
            {
                for (var burst = random.Next(3) == 0 ? 400 : 3; burst > 0 && n < Each; burst--)
                    _queue.Enqueue((sender, n++), ref _reader, out _);
                // Until it is nearly empty again, or the ring would never have reason to shrink.
                while (_queue.Count(in _reader) > random.Next(50))
                    Thread.Yield();
            }
        })).ToList();
        senders.ForEach(static sender => sender.Start());
        var next = new int[2];
        var sizes = new HashSet<int>();
        for (var taken = 0; taken < 2 * Each;)
        {
            if (!_queue.TryDequeue(ref _reader, out var message))
            {
                Thread.Yield();
                continue;
            }
            var (sender, number) = ((int, int))message;
            Assert.Equal(next[sender]++, number);
            sizes.Add(_reader.Slots!.Length);
            taken++;
        }
        senders.ForEach(static sender => sender.Join());
        Assert.Equal(0, _queue.Count(in _reader));
        Assert.Contains(64, sizes);
        Assert.Contains(512, sizes);
    }
}
