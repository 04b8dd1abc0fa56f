namespace Oddswire.Simulator.World;

public enum LogForm { V1, V2 }

// A contract that matches orders, as the page lists them; its generation decides the form of its logs.
public sealed record Exchange(Address Address, LogForm Form)
{
    public static readonly Exchange Ctf = new(Address.Parse("0xE111180000d2663C0091e4f400237545B87B996B"), LogForm.V2);
    public static readonly Exchange NegRisk = new(Address.Parse("0xe2222d279d744050d28e00520010520000310F59"), LogForm.V2);
    public static readonly Exchange V3 = new(Address.Parse("0xe3333700cA9d93003F00f0F71f8515005F6c00Aa"), LogForm.V2);
    public static readonly Exchange LegacyCtf = new(Address.Parse("0x4bFb41d5B3570DeFd03C39a9A4D8dE6Bd8B8982E"), LogForm.V1);
    public static readonly Exchange LegacyNegRisk = new(Address.Parse("0xC5d563A36AE78145C45a50134d48A1215220f80a"), LogForm.V1);
}
