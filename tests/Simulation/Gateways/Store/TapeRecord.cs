using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Store;

/// <summary>One position of the tape, and everything that ever stood there.</summary>
internal sealed class Written(long offset, TapeEntry entry, Process by, TimeSpan at)
{
    internal long Offset { get; } = offset;
    internal bool Late { get; } = entry.Late;
    internal Process By { get; } = by;
    internal TimeSpan At { get; } = at;

    /// <summary>As it was first told, and as it was completed later.</summary>
    internal List<Fill> Versions { get; } = [TapeRecord.Read(entry)];

    internal Fill Now => Versions[^1];

    /// <summary>Taken back by the chain. It may have come again.</summary>
    internal bool IsRemoved { get; set; }
    internal bool WasRemoved { get; set; }
}

/// <summary>What a fill is whoever tells of it: a row, a log, or a log of another block after a reorg.</summary>
internal readonly record struct Trade(TxHash Tx, WalletId User, TokenId Token, Side Side, Quantity Shares, Price Price)
{
    internal static Trade Of(Fill fill) => new(fill.Tx, fill.User, fill.Token, fill.Side, fill.Shares, fill.Price);
}

/// <summary>The invariants' own copy of the tape, from what was committed; it forgets nothing.</summary>
internal sealed class TapeRecord(World world)
{
    private readonly List<Written> _written = [];
    private readonly Dictionary<Fill, List<long>> _places = [];
    private readonly Dictionary<Trade, int> _trades = [];

    internal long Newest => _written.Count;
    internal long? SweptFrom { get; private set; }
    internal long? SweptThrough { get; private set; }
    internal IReadOnlyList<Written> All => _written;

    internal Written? this[long offset] => offset >= 1 && offset <= _written.Count ? _written[(int)offset - 1] : null;

    /// <summary>The positions at which exactly this stands, or stood.</summary>
    internal IReadOnlyList<long> PlacesOf(Fill fill) => _places.TryGetValue(fill, out var places) ? places : [];

    internal int CountOf(Trade trade) => _trades.GetValueOrDefault(trade);

    internal static Fill Read(TapeEntry entry) =>
        DomeDataCodec.Decode(entry.Data.Span) ?? throw new InvalidDataException($"what is stored at {entry.Position} cannot be read");

    internal void Take(TapeObservation.Committed committed)
    {
        foreach (var entry in committed.Commit.Appended)
            Append(entry, committed.Process);
        foreach (var entry in committed.Commit.Confirmed)
        {
            if (Known(entry.Position!.Value.Offset) is not { } written)
                continue;
            written.Versions.Add(Read(entry));
            written.IsRemoved = false;
            Place(written.Now, written.Offset);
        }
        foreach (var offset in committed.Commit.Removed)
        {
            if (Known(offset) is { } written)
                written.IsRemoved = written.WasRemoved = true;
        }
        if (committed.Commit.SweptBlock is not { } swept)
            return;
        SweptFrom ??= swept;
        if (swept < SweptThrough)
            world.Fail("SweptOnly", $"the tape was swept through {SweptThrough}, and now through {swept}");
        SweptThrough = swept;
    }

    private void Append(TapeEntry entry, Process by)
    {
        var offset = entry.Position!.Value.Offset;
        if (this[offset] is { } there)
        {
            // Tried again because its answer was lost: then it is the same.
            if (there.Versions[0] != Read(entry))
                world.Fail("OneFillAtAPosition", $"{by} puts {entry.Fill} at {entry.Position}, where {there.Now} stands");
            return;
        }
        if (offset != Newest + 1)
            world.Fail("DenseOffsets", $"{by} appends {entry.Position}, and the newest is {Newest}");
        var written = new Written(offset, entry, by, world.Clock.Elapsed);
        _written.Add(written);
        _trades[Trade.Of(written.Now)] = CountOf(Trade.Of(written.Now)) + 1;
        Place(written.Now, offset);
    }

    private void Place(Fill fill, long offset)
    {
        if (!_places.TryGetValue(fill, out var places))
            _places[fill] = places = [];
        if (!places.Contains(offset))
            places.Add(offset);
    }

    private Written? Known(long offset)
    {
        if (this[offset] is { } written)
            return written;
        world.Fail("DenseOffsets", $"a change of {offset}, and the newest is {Newest}");
        return null;
    }
}
