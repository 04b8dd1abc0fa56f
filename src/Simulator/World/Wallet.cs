namespace Oddswire.Simulator.World;

// Somebody who trades. Name and pseudonym are what RTDS shows of the public profile; both may be empty.
public sealed record Wallet(Address Address, string Name, string Pseudonym)
{
    private static readonly string[] Manners = ["Quiet", "Amber", "Brisk", "Candid", "Dapper", "Frosty", "Nimble", "Solar"];
    private static readonly string[] Animals = ["Otter", "Falcon", "Heron", "Lynx", "Marten", "Osprey", "Puffin", "Stoat"];

    // Account 0 of Hardhat, the development network: its private key is in that program's documentation.
    private static readonly Address Known = Address.Parse("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");

    internal static Wallet OfKnownKey(long seed) => Create(seed, 0) with { Address = Known };

    internal static Wallet Create(long seed, int number)
    {
        var bytes = Seeds.Derive(seed, $"wallet {number}");
        var pseudonym = $"{Manners[bytes[20] % Manners.Length]}-{Animals[bytes[21] % Animals.Length]}";
        return new Wallet(new Address(bytes), bytes[22] % 3 == 0 ? "" : pseudonym.ToLowerInvariant(), pseudonym);
    }
}
