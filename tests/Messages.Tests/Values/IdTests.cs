using Oddswire.Messages.Values;

namespace Oddswire.Messages.Tests.Values;

public sealed class IdTests
{
    [Fact]
    public void Ids_come_from_the_given_random_and_survive_their_text()
    {
        var random = new Random(7);
        var seen = new HashSet<SubscriptionId>();
        for (var i = 0; i < 1000; i++)
        {
            var id = SubscriptionId.Next(random);
            Assert.Matches("^sub_[a-z0-9]{10}$", id.ToString());
            Assert.Equal(id, WireText.Parse<SubscriptionId>(id.ToString()));
            Assert.True(seen.Add(id));
        }
        Assert.Equal(SubscriptionId.Next(new Random(3)), SubscriptionId.Next(new Random(3)));
        Assert.StartsWith("gap_", GapId.Next(random).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sub_")]
    [InlineData("sub_k7f5hgr7w")]
    [InlineData("sub_k7f5hgr7wyx")]
    [InlineData("sub_K7F5HGR7WY")]
    [InlineData("sub_k7f5hgr7w-")]
    [InlineData("gap_k7f5hgr7wy")]
    public void Other_texts_are_no_subscription_id(string text) => Assert.False(SubscriptionId.TryParse(text, out _));
}
