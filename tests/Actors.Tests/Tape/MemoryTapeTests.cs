using Oddswire.Actors.Ports;
using Oddswire.Actors.Tape;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Actors.Tests.Tape;

public sealed class MemoryTapeTests : TapeHistorySpec
{
    protected override ITape Tape { get; } = new MemoryTape();

    [Fact]
    public async Task The_newest_are_kept_and_what_went_is_told()
    {
        var tape = new MemoryTape(most: 10);
        for (var n = 1; n <= 30; n++) await tape.Commit(new([TapeFills.Entry(n)], [], [], null, null));
        var head = await tape.Open();
        Assert.Equal(30, head.Newest);
        Assert.InRange(head.Newest - head.Oldest + 1, 10, 11);
        var page = await tape.Read(0, TapeFills.Filters["all users"].Filter, 100);
        Assert.Equal(head.Oldest, page.Oldest);
        Assert.Equal(head.Oldest, page.Entries[0].Position!.Value.Offset);
        await tape.Commit(new([], [TapeFills.Entry(1)], [2], null, null)); // gone already
        Assert.Equal(head, await tape.Open());
    }
}
