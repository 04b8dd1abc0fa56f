using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

// What a client shows to read its own orders and trades; and whose they are.
internal sealed record ClobAccount(string ApiKey, string Secret, string Passphrase, Address Wallet);

// The accounts of the venue: the demo's, and those that somebody made for a wallet of his own. The same wallet and nonce have the same
// credentials in every run of a seed.
internal sealed class ClobAccounts(long seed, Address demo)
{
    private const int Most = 10_000;

    private readonly Dictionary<(string Wallet, ulong Nonce), ClobAccount> _made = [];
    private readonly Dictionary<string, ClobAccount> _byKey = new() { ["demo-user"] = new("demo-user", "demo", "demo", demo) };

    public ClobAccount? Find(string key, string secret, string passphrase) =>
        _byKey.TryGetValue(key, out var account) && account.Secret == secret && account.Passphrase == passphrase ? account : null;

    public IEnumerable<ClobAccount> All => _byKey.Values;

    public ClobAccount? Made(Address wallet, ulong nonce) => _made.GetValueOrDefault((wallet.Text, nonce));

    // Null: no more are taken.
    public ClobAccount? Make(Address wallet, ulong nonce)
    {
        if (_made.Count >= Most) return null;
        var account = new ClobAccount(
            Uuid(Derive("key", wallet, nonce)), Convert.ToBase64String(Derive("secret", wallet, nonce)).Replace('+', '-').Replace('/', '_'),
            Convert.ToHexStringLower(Derive("passphrase", wallet, nonce)), wallet);
        _made.Add((wallet.Text, nonce), account);
        _byKey.Add(account.ApiKey, account);
        return account;
    }

    public static string Uuid(ReadOnlySpan<byte> bytes)
    {
        var digits = Convert.ToHexStringLower(bytes[..16]);
        return $"{digits[..8]}-{digits[8..12]}-{digits[12..16]}-{digits[16..20]}-{digits[20..]}";
    }

    private byte[] Derive(string what, Address wallet, ulong nonce) => Seeds.Derive(seed, $"clob {what} {wallet.Text} {nonce}");
}
