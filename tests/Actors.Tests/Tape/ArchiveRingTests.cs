using Oddswire.Actors.Tape;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Actors.Tests.Tape;

/// <summary>The ring of the archive where it begins anew, and its hashes where two are the same.</summary>
public sealed class ArchiveRingTests
{
    [Fact]
    public void A_transaction_whose_rows_go_over_the_end_of_the_ring_is_taken_out_whole()
    {
        var archive = new Archive(10);
        for (var n = 1; n <= 2_000; n++)
        {
            // Three rows each: the ring is no multiple of that.
            var group = Group(Made.Tx(n), rows: 3);
            Assert.True(archive.TryKeep(group));
            if (n % 2 == 0)
                continue;       // it is passed over by the next ones
            var taken = archive.Take(group.Tx)!;
            Assert.Equal(group.Slots.Select(static slot => (slot.Fill, slot.Settled)), taken.Slots.Select(static slot => (slot.Fill, slot.Settled)));
        }
    }

    [Fact]
    public void Of_two_transactions_with_one_hash_each_is_found_by_itself()
    {
        var seen = new Dictionary<int, TxHash>();
        var (one, other) = (default(TxHash), default(TxHash));
        for (var n = 1; n < 1_000_000 && one == default; n++)
        {
            other = Made.Tx(n);
            if (!seen.TryAdd(other.GetHashCode(), other))
                one = seen[other.GetHashCode()];
        }
        Assert.NotEqual(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        var archive = new Archive(10);
        archive.TryKeep(Group(one, rows: 1));
        Assert.Null(archive.Take(other));
        archive.TryKeep(Group(other, rows: 2));
        Assert.Equal((other, 2), (archive.Take(other) is { } second ? (second.Tx, second.Slots.Length) : default));
        Assert.Equal((one, 1), (archive.Take(one) is { } first ? (first.Tx, first.Slots.Length) : default));
    }

    private static TxGroup Group(TxHash tx, int rows)
    {
        var group = new TxGroup(tx);
        for (var at = 0; at < rows; at++)
            group.Add(new Slot(group, Made.Log(1, at) with { Tx = tx }) { State = SlotState.Released, IsNamed = true, IsAppended = true, Offset = at + 1 });
        return group;
    }
}
