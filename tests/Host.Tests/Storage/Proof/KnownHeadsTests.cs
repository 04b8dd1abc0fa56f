using Oddswire.Host.Storage.Proof;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Proof;

public sealed class KnownHeadsTests
{
    private static readonly string One = new('1', 64);
    private static readonly string Two = new('2', 64);

    [Fact]
    public async Task Heads_are_found_in_a_log_among_everything_else_and_the_newest_of_a_stream_counts()
    {
        var heads = new KnownHeads();
        using var log = new StringReader($"""
            12:00:00.000 information Oddswire.Actors.Ledger.LedgerActor head keys 2 {One}
            12:00:00.000 information Oddswire.Actors.Ledger.LedgerActor head keys 1 {Two}
            overhead keys 9 {One}
            head keys 99999999999999999999 {One}
            head sub_0123456789 7 {Two} and more
            """);
        Assert.Equal(3, await heads.Read(log, TestContext.Current.CancellationToken));
        Assert.Equal((2, 7, 0), (heads.LengthOf("keys"), heads.LengthOf("sub_0123456789"), heads.LengthOf("ledger")));
        Assert.False(heads.Contradict("keys", 2, Convert.FromHexString(One)));
        Assert.True(heads.Contradict("keys", 2, Convert.FromHexString(Two)));
    }

    [Fact]
    public void Two_heads_of_one_entry_cannot_both_be_true()
    {
        var heads = new KnownHeads();
        heads.Add(new("keys", 2, [1]));
        heads.Add(new("keys", 2, [2]));
        Assert.True(heads.Contradict("keys", 2, [1]));
        Assert.True(heads.Contradict("keys", 2, [2]));
    }
}
