using FsCheck.Fluent;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Tests.Values;

public sealed class PositionTests
{
    [Fact]
    public void A_position_is_epoch_and_offset() => Assert.Equal("3-41", new Position(3, 41).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("3")]
    [InlineData("3-")]
    [InlineData("-41")]
    [InlineData("3--41")]
    [InlineData("03-41")]
    [InlineData("3-041")]
    [InlineData("+3-41")]
    [InlineData("3-41 ")]
    [InlineData("3-4e1")]
    [InlineData("3-9223372036854775808")]
    public void Only_its_one_text_is_a_position(string text) => Assert.False(Position.TryParse(text, out _));

    [Fact]
    public void Any_position_survives_its_text() => Properties.Hold(
        Properties.Words.Two().Select(static words => new Position((long)(words.Item1 >> 1), (long)(words.Item2 >> 1))),
        position => WireText.Parse<Position>(position.ToString()) == position);

    [Fact]
    public void Offsets_order_positions_across_epochs()
    {
        Position[] positions = [new(2, 11), new(1, 10), new(1, 9)];
        Array.Sort(positions);
        Assert.Equal(["1-9", "1-10", "2-11"], positions.Select(static position => position.ToString()));
    }
}
