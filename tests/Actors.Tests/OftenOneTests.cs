using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Actors.Tests;

public sealed class OftenOneTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void It_is_a_dictionary(int keys)
    {
        var random = new Random(keys);
        SubscriptionId[] ids = [default, .. Enumerable.Range(1, keys).Select(_ => SubscriptionId.Next(random))];
        var (expected, actual) = (new Dictionary<SubscriptionId, int>(), new OftenOne<SubscriptionId, int>());
        for (var step = 0; step < 1_000; step++)
        {
            var id = ids[random.Next(ids.Length)];
            if (random.Next(2) == 0)
            {
                expected[id] = step;
                actual.Set(id, step);
            }
            else
            {
                Assert.Equal((expected.Remove(id, out var before), before), (actual.Remove(id, out var removed), removed));
            }
            Assert.Equal(expected.Count, actual.Count);
            foreach (var one in ids)
                Assert.Equal((expected.TryGetValue(one, out var value), value, expected.ContainsKey(one)), (actual.TryGetValue(one, out var found), found, actual.ContainsKey(one)));
            var values = new List<int>();
            foreach (var value in actual)
                values.Add(value);
            Assert.Equal(expected.Values.Order(), values.Order());
        }
    }

    [Fact]
    public void What_is_not_there_has_no_value()
    {
        var one = new OftenOne<SubscriptionId, string>();
        var random = new Random(1);
        one.Set(SubscriptionId.Next(random), "somebody's");
        Assert.False(one.TryGetValue(SubscriptionId.Next(random), out var none));
        Assert.Null(none);
    }
}
