using System.Text;
using FsCheck.Fluent;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Tests.Values;

public sealed class HexValuesTests
{
    [Theory]
    [InlineData("0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d")]
    [InlineData("0x0000000000000000000000000000000000000000")]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")]
    [InlineData("0XF39FD6E51AAD88F6F4CE6AB8827279CFFFB92266")]
    public void A_wallet_is_read_in_any_case_and_written_in_lower_case(string text)
    {
        Assert.True(WalletId.TryParse(text, out var wallet));
        Assert.Equal(text.ToLowerInvariant(), wallet.ToString());
        Assert.True(WalletId.TryParse(Encoding.ASCII.GetBytes(text), out var same));
        Assert.Equal(wallet, same);
        Assert.Equal(wallet.GetHashCode(), same.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("6031b6eed1c97e853c6e0f03ad3ce3529351f96d")]
    [InlineData("0x6031b6eed1c97e853c6e0f03ad3ce3529351f96")]
    [InlineData("0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d0")]
    [InlineData("0x6031b6eed1c97e853c6e0f03ad3ce3529351f96g")]
    [InlineData("0x6031b6eed1c97e853c6e0f03ad3ce3529351f96\u0660")]
    [InlineData("1x6031b6eed1c97e853c6e0f03ad3ce3529351f96d")]
    [InlineData(" 0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d")]
    public void What_is_no_address_is_refused(string text)
    {
        Assert.False(WalletId.TryParse(text, out _));
        Assert.False(WalletId.TryParse(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void Any_wallet_survives_text_bytes_and_a_log_topic() => Properties.Hold(
        Properties.Words.Three(),
        words =>
        {
            var wallet = new WalletId(words.Item1, words.Item2, (uint)words.Item3);
            var bytes = new byte[WalletId.Size];
            wallet.CopyTo(bytes);
            return WireText.Parse<WalletId>(wallet.ToString()) == wallet
                && WalletId.From(bytes) == wallet
                && WalletId.TryFromWord(wallet.ToWord(), out var unpadded) && unpadded == wallet;
        });

    [Fact]
    public void A_word_with_anything_before_the_address_is_no_address()
    {
        Assert.False(WalletId.TryFromWord(new(1, 0, 0, 0), out _));
        Assert.False(WalletId.TryFromWord(new(0, 1UL << 32, 0, 0), out _));
        Assert.True(WalletId.TryFromWord(new(0, uint.MaxValue, 0, 0), out var wallet));
        Assert.Equal("0xffffffff00000000000000000000000000000000", wallet.ToString());
    }

    [Fact]
    public void Any_32_bytes_survive_text_and_bytes() => Properties.Hold(
        Properties.Words.Four(),
        words =>
        {
            var value = new Bytes32(words.Item1, words.Item2, words.Item3, words.Item4);
            var bytes = new byte[Bytes32.Size];
            value.CopyTo(bytes);
            var text = value.ToString();
            return text.Length == Bytes32.MaxLength
                && Bytes32.From(bytes) == value
                && WireText.Parse<Bytes32>(text) == value
                && WireText.Parse<TxHash>(text).ToString() == text
                && WireText.Parse<OrderHash>(text.ToUpperInvariant()).Value == value;
        });

    [Fact]
    public void A_condition_of_31_bytes_is_the_same_with_and_without_its_padding()
    {
        const string Short = "0x5853a47d2d7d97571684c458e2ac28f7f232e12d5490a96cc5b302bd8b4c61";
        Assert.Equal(WireText.Parse<ConditionId>(Short + "00"), WireText.Parse<ConditionId>(Short));
        Assert.Equal(Short + "00", WireText.Parse<ConditionId>(Short).ToString());
        Assert.False(ConditionId.TryParse(Short.AsSpan(0, 62), out _));
        Assert.False(ConditionId.TryParse(Short + "0", out _));
    }

    [Fact]
    public void Texts_that_do_not_fit_are_not_written()
    {
        var wallet = new WalletId(1, 2, 3);
        Span<byte> small = stackalloc byte[WalletId.MaxLength - 1];
        Assert.False(wallet.TryFormat(small, out var written));
        Assert.Equal(0, written);
        Assert.False(new TxHash(default).TryFormat(small, out _));
    }

    /// <summary>The seeds are a process's own, so what is true must be true under all of them.</summary>
    [Fact]
    public void Neighbouring_values_spread_over_the_buckets_of_a_table_under_every_seed()
    {
        const int Buckets = 1024;
        var seeds = new Random(1);
        Assert.All(Enumerable.Range(0, 500), _ =>
        {
            var (seed, other) = ((ulong)seeds.NextInt64(), (ulong)seeds.NextInt64());
            // Random hashes fill 1 - 1/e of the buckets, 647; below 550 something is folded away.
            Assert.InRange(Filled(i => Bytes32.Hash(0, 0, i, 0, seed, other)), 550, Buckets);
            Assert.InRange(Filled(i => Bytes32.Hash(i, i, 0, 0, seed, other)), 550, Buckets);
            Assert.InRange(Filled(i => Bytes32.Hash(i << 54, 0, 0, i << 54, seed, other)), 550, Buckets);
        });

        static int Filled(Func<ulong, int> hash) =>
            Enumerable.Range(0, Buckets).Select(i => hash((ulong)i) & (Buckets - 1)).Distinct().Count();
    }

    [Fact]
    public void Wallets_and_hashes_have_the_hash_of_their_words()
    {
        Assert.Equal(Bytes32.Hash(1, 2, 3, 0), new WalletId(1, 2, 3).GetHashCode());
        Assert.Equal(Bytes32.Hash(1, 2, 3, 4), new Bytes32(1, 2, 3, 4).GetHashCode());
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        var text = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"u8.ToArray();
        var token = "80311845198420617303393545005967792170450763818026370381995461841892638500659"u8.ToArray();
        var buffer = new byte[100];
        Assert.Equal(0, Allocations.Of(() => Assert.True(
            WalletId.TryParse(text, out var wallet) && wallet.TryFormat(buffer, out _)
            && TokenId.TryParse(token, out var id) && id.TryFormat(buffer, out _)
            && Quantity.TryParse("2.7027"u8, out var shares) && shares.TryFormat(buffer, out _)
            && new Position(3, 41).TryFormat(buffer, out _))));
    }
}
