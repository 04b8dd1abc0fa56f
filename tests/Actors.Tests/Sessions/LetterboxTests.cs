using Oddswire.Actors.Routing;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

public sealed class LetterboxTests
{
    private readonly TestSystem _kit = new();
    private readonly Route _one;
    private readonly Route _other;
    private readonly Probe<SessionMessage> _session;
    private readonly Letterbox _box;

    public LetterboxTests()
    {
        _session = _kit.Probe<SessionMessage>();
        _box = new Letterbox(_session);
        (_one, _other) = (To(1), To(2));

        Route To(int seed) => new(SubscriptionId.Next(new Random(seed)), OrderFilter.Everything, _box);
    }

    [Fact]
    public void What_several_hubs_found_is_told_once_and_nothing_is_told_twice()
    {
        var batch = new Batch(1, []);
        Assert.True(_box.Collect(batch, _one, [0, 2]));
        Assert.False(_box.Collect(batch, _other, [1]));
        _session.ExpectNothing();
        _box.Send();
        _box.Send();
        Assert.Equal([(_other, 1), (_one, 0), (_one, 2)], Read(batch));
        _session.ExpectNothing();
    }

    [Fact]
    public void A_sheet_that_was_read_is_written_on_again_and_keeps_nothing_of_before()
    {
        var first = Send(1, _one);
        _box.Return(first);
        Assert.Equal((0, null, 0), (first.Batch.Number, first.Route, first.Places.Length));
        Assert.Same(first, Send(2, _other));
        Assert.Equal((2, _other, null), (first.Batch.Number, first.Route, first.More));
    }

    [Fact]
    public void A_session_that_is_behind_has_each_batch_on_sheets_of_its_own()
    {
        var shares = Enumerable.Range(1, 5).Select(number => Send(number, _one, _other)).ToList();
        Assert.Equal(10, shares.SelectMany(static share => new[] { share, share.More! }).Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.Equal([1L, 2, 3, 4, 5], shares.Select(static share => share.Batch.Number));
        foreach (var share in shares)
            _box.Return(share);
        for (var number = 6; number <= 9; number++)
        {
            var share = Send(number, _one, _other);
            Assert.Equal((number, _other, _one, null), (share.Batch.Number, share.Route, share.More!.Route, share.More.More));
        }
    }

    /// <summary>Seeded: the session reads late, or not at all, and shares are longer and shorter.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_comes_back_when_each_batch_is_told_as_it_was_collected(int seed)
    {
        var random = new Random(seed);
        var unread = new Queue<(long Number, int Length, SessionMessage.Share Share)>();
        for (var number = 1; number <= 2_000; number++)
        {
            var length = 1 + random.Next(4);
            unread.Enqueue((number, length, Send(number, [.. Enumerable.Repeat(_one, length)])));
            while (unread.Count > random.Next(6))
            {
                var (sent, sheets, share) = unread.Dequeue();
                var count = 0;
                for (var sheet = share; sheet is not null; sheet = sheet.More, count++)
                    Assert.Equal(sent, sheet.Batch.Number);
                Assert.Equal(sheets, count);
                if (random.Next(5) > 0)
                    _box.Return(share);
            }
        }
    }

    [Fact]
    public void Places_of_a_hub_are_those_that_were_added_since_they_were_taken()
    {
        Part part = default;
        foreach (int[] places in new[] { [3], [1, 2, 600], [600], [0], new[] { 5, 6 } })
        {
            Assert.Equal([true, .. places.Skip(1).Select(static _ => false)], places.Select(place => part.Add(place)).ToList());
            Assert.Equal(places, part.Take());
        }
    }

    private SessionMessage.Share Send(long number, params ReadOnlySpan<Route> routes)
    {
        var batch = new Batch(number, []);
        foreach (var route in routes)
            _box.Collect(batch, route, [0]);
        _box.Send();
        return _session.Expect<SessionMessage.Share>();
    }

    private List<(Route? Route, int Place)> Read(Batch batch)
    {
        var read = new List<(Route?, int)>();
        for (SessionMessage.Share? sheet = _session.Expect<SessionMessage.Share>(); sheet is not null; sheet = sheet.More)
        {
            Assert.Same(batch, sheet.Batch);
            foreach (var place in sheet.Places)
                read.Add((sheet.Route, place));
        }
        return read;
    }
}
