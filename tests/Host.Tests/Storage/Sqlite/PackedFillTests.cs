using Oddswire.Host.Storage.Sqlite.Packing;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

public sealed class PackedFillTests
{
    private static readonly string[] Texts = ["", "a", "\"", "\0", "é", "€", "😀", "will-it-rain", new string('x', 1_024), new string('€', 1_024)];

    [Fact]
    public void Whatever_is_known_of_a_fill_is_read_as_it_was_written()
    {
        var random = new Random(1);
        for (var n = 0; n < 5_000; n++)
        {
            var fill = Some(random);
            Assert.Equal(fill, Read(Packed(fill), PackedName.Of(fill).Write(), fill.Timestamp));
        }
    }

    [Fact]
    public void Clients_are_told_the_same_of_what_was_packed()
    {
        var random = new Random(2);
        for (var n = 0; n < 500; n++)
        {
            var fill = Some(random);
            Assert.Equal(TapeFills.Encode(fill).ToArray(), TapeFills.Encode(Read(Packed(fill), PackedName.Of(fill).Write(), fill.Timestamp)!).ToArray());
        }
    }

    [Fact]
    public void A_bit_that_was_turned_and_a_byte_that_is_missing_are_noticed()
    {
        var fill = Some(new Random(3)) with { Market = TapeFills.Market(3) };
        var (packed, name) = (Packed(fill), PackedName.Of(fill).Write());
        for (var bit = 0; bit < 8 * packed.Length; bit++) Assert.Null(Read(Turned(packed, bit), name, fill.Timestamp));
        for (var bit = 0; bit < 8 * name.Length; bit++) Assert.Null(Read(packed, Turned(name, bit), fill.Timestamp));
        for (var length = 0; length < packed.Length; length++) Assert.Null(Read(packed[..length], name, fill.Timestamp));
        for (var length = 0; length < name.Length; length++) Assert.Null(Read(packed, name[..length], fill.Timestamp));
    }

    [Fact]
    public void Names_are_the_same_where_a_fill_says_the_same_of_its_market()
    {
        var fill = TapeFills.Fill(1);
        Assert.Equal(PackedName.Of(fill), PackedName.Of(TapeFills.Fill(2) with { User = TapeFills.Wallet(7), Market = fill.Market with { EventSlug = "no part of a fill", Outcome = 1 } }));
        Assert.NotEqual(PackedName.Of(fill), PackedName.Of(fill with { Token = TapeFills.Token(2) }));
        Assert.NotEqual(PackedName.Of(fill), PackedName.Of(fill with { Market = fill.Market with { Title = "" } }));
        Assert.NotEqual(PackedName.Of(fill), PackedName.Of(fill with { Market = fill.Market with { Condition = null } }));
    }

    private static byte[] Packed(Fill fill) => PackedFill.Write(fill, new byte[PackedFill.MostBytes]).ToArray();

    private static Fill? Read(byte[] packed, byte[] name, long timestamp) =>
        PackedName.Read(name) is { } known ? PackedFill.Read(packed, timestamp, known.Token, known.Market) : null;

    private static byte[] Turned(byte[] bytes, int bit)
    {
        byte[] turned = [.. bytes];
        turned[bit / 8] ^= (byte)(1 << (bit % 8));
        return turned;
    }

    private static Fill Some(Random random)
    {
        return new()
        {
            Token = new(Word()),
            Side = (Side)random.Next(2),
            Shares = new(random.NextInt64()),
            Price = new(random.Next(Price.One + 1)),
            Tx = new(Word()),
            User = Wallet(),
            Timestamp = random.NextInt64(),
            Block = Perhaps() ? random.NextInt64() : null,
            LogIndex = Perhaps() ? random.Next() : null,
            Order = Perhaps() ? new OrderHash(Word()) : null,
            Taker = Perhaps() ? Wallet() : null,
            Market = new(Perhaps() ? new ConditionId(Word()) : null, Text(), Text(), Text()),
        };

        bool Perhaps() => random.Next(2) == 0;
        string Text() => Texts[random.Next(Texts.Length)];
        ulong Part() => (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        Bytes32 Word() => new(Part(), Part(), Part(), Part());
        WalletId Wallet() => new(Part(), Part(), (uint)Part());
    }
}
