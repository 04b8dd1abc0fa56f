using System.Text;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Ethereum;

namespace Oddswire.Protocols.Tests.Ethereum;

public sealed class Keccak256Tests
{
    // Of the Keccak team's own vectors (empty text, "abc"), and of Solidity's documentation (the event of every token).
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("Transfer(address,address,uint256)", "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")]
    public void Known_texts_have_their_known_hashes(string text, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes(text))));

    /// <summary>Around the 136 bytes that go in at a time; made with a second implementation, in another language.</summary>
    [Theory]
    [InlineData(135, "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446")]
    [InlineData(136, "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e")]
    [InlineData(137, "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39")]
    public void A_text_ends_anywhere_in_a_block(int length, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(Keccak256.Hash(Enumerable.Repeat((byte)'a', length).ToArray())));

    // Those of EIP-55, and the account of the protocol pages.
    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    [InlineData("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")]
    public void An_address_is_written_with_its_checksum(string address)
    {
        var written = new byte[ChecksumAddress.Length];
        ChecksumAddress.Write(WireText.Parse<WalletId>(address), written);
        Assert.Equal(address, Encoding.ASCII.GetString(written));
    }
}
