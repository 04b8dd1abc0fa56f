using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Oddswire.Host.Settings;
using Oddswire.Protocols.Clob;

namespace Oddswire.Host.CommandLine;

/// <summary>`oddswire keys derive`: a wallet's API credentials at the CLOB, as the venue's own clients get them. The private key leaves no trace and no machine.</summary>
internal static class DeriveVerb
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static Verb Create(Terminal terminal)
    {
        var verb = new Verb("derive", "Get the API credentials of a wallet from Polymarket's CLOB, by a signature of its private key. They are shown this once.",
            "oddswire keys derive --private-key-file wallet.key",
            "oddswire keys derive --private-key-file wallet.key --out main.conf",
            "oddswire keys derive --private-key-file wallet.key --json | jq -r .apiKey",
            "oddswire keys derive --private-key-file wallet.key --url http://127.0.0.1:8090/clob-user");
        var file = new Option<string>("--private-key-file") { HelpName = "FILE", Description = "Holds the private key: 64 hexadecimal digits, 0x before them or not.", Required = true };
        var url = new Option<string>("--url") { HelpName = "URL", Description = "The venue's REST.", DefaultValueFactory = static _ => "https://clob.polymarket.com" };
        var nonce = new Option<string>("--nonce") { HelpName = "N", Description = "Each nonce has credentials of its own.", DefaultValueFactory = static _ => "0" };
        var chain = new Option<int>("--chain") { HelpName = "N", Description = "The chain's id: 137 is Polygon, 80002 its test network.", DefaultValueFactory = static _ => ClobAuth.Polygon };
        var target = new Option<string?>("--out") { HelpName = "FILE", Description = "Write them to this new file, for its owner alone, to be included in a configuration." };
        var json = new Option<bool>("--json") { Description = "One object." };
        foreach (var option in new Option[] { file, url, nonce, chain, target, json })
            verb.Options.Add(option);
        verb.Does(async (line, cancel) =>
        {
            var venue = Url(line.GetValue(url)!);
            if (!ulong.TryParse(line.GetValue(nonce), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                throw new UsageException("--nonce is a whole number from 0");
            if (line.GetValue(target) is { } taken && File.Exists(taken))
                throw new UsageException($"{taken} is there already: credentials are written to a new file only");
            var key = await Read(line.GetValue(file)!, terminal);
            using var client = new ClobKeyClient(venue, terminal.Time);
            var credentials = await client.Get(key, number, line.GetValue(chain), cancel);
            if (line.GetValue(target) is { } path)
                await Write(path, credentials, terminal);
            else if (line.GetValue(json))
                await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(new { address = key.Wallet.ToString(), apiKey = credentials.ApiKey, secret = credentials.Secret, passphrase = credentials.Passphrase }));
            else
                await terminal.Out.WriteLineAsync($"apiKey {credentials.ApiKey}\nsecret {credentials.Secret}\npassphrase {credentials.Passphrase}");
            await terminal.Error.WriteLineAsync($"The credentials of {key.Wallet}, nonce {number}. Who has them reads its orders and trades: accounts.NAME of the configuration takes them.");
            return ExitCode.Done;
        });
        return verb;
    }

    private static Uri Url(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.Host.Length == 0)
            throw new UsageException("--url is an address such as https://clob.polymarket.com");
        return url.Scheme == "https" || url.IsLoopback ? url : throw new UsageException("--url is https, unless it is on this machine: credentials would travel in clear");
    }

    private static async Task<WalletKey> Read(string path, Terminal terminal)
    {
        if (SecretFile.Read(path) is not { } text)
            throw new UsageException($"--private-key-file: {path} cannot be read, or is empty");
        if (WalletKey.Parse(text.Reveal()) is not { } key)
            throw new UsageException($"--private-key-file: {path} holds no private key (64 hexadecimal digits)");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly & ~UnixFileMode.UserExecute) != UnixFileMode.None)
            await terminal.Error.WriteLineAsync($"{path} can be read by others than its owner: chmod 600 {path}");
        return key;
    }

    /// <summary>In the words of accounts.NAME, and quoted: none of the three has a quote in it, or it would not be what the venue hands out.</summary>
    private static async Task Write(string path, ClobCredentials credentials, Terminal terminal)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            await using var file = new StreamWriter(path, options);
            await file.WriteAsync($"api_key = {JsonSerializer.Serialize(credentials.ApiKey)}\nsecret = {JsonSerializer.Serialize(credentials.Secret)}\npassphrase = {JsonSerializer.Serialize(credentials.Passphrase)}\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path} cannot be written: {e.Message}", isUsage: false);
        }
        await terminal.Out.WriteLineAsync($"written to {path}; in your configuration: accounts.main {{ venue = clob, include required(\"{path}\") }}");
    }
}
