using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Polygon;

/// <summary>topic0 of the exchanges' events: keccak of the signature. It alone chooses the decoder, not the address.</summary>
public static class PolygonEvents
{
    /// <summary>OrderFilled(bytes32,address,address,uint256,uint256,uint256,uint256,uint256)</summary>
    public static Bytes32 OrderFilledV1 { get; } = WireText.Parse<Bytes32>("0xd0a08e8c493f9c94f29311604c9de1b4e8c8d4c06bd0c789af57f2d65bfec0f6");

    /// <summary>OrderFilled(bytes32,address,address,uint8,uint256,uint256,uint256,uint256,bytes32,bytes32), also of ExchangeV3.</summary>
    public static Bytes32 OrderFilledV2 { get; } = WireText.Parse<Bytes32>("0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee");

    public static Bytes32 OrdersMatchedV1 { get; } = WireText.Parse<Bytes32>("0x63bf4d16b7fa898ef4c4b2b6d90fd201e9c56313b65638af6088d149d2ce956c");
    public static Bytes32 OrdersMatchedV2 { get; } = WireText.Parse<Bytes32>("0x174b3811690657c217184f89418266767c87e4805d09680c39fc9c031c0cab7c");
    public static Bytes32 FeeChargedV2 { get; } = WireText.Parse<Bytes32>("0x55bb3cade9d43b798a4fe5ffdd05024b2d7870df53920673bfc7e68047cd0ab1");
}
