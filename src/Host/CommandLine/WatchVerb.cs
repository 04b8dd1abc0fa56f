using System.CommandLine;
using Oddswire.Client;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Host.CommandLine;

/// <summary>`oddswire watch`: follows wallets in a terminal, through the same protocol that any other client speaks.</summary>
internal static class WatchVerb
{
    public static Verb Create(Terminal terminal)
    {
        var verb = new Verb("watch", "Follow wallets or markets as they trade, until Ctrl-C. Reconnects, goes on where it was, and tells of gaps.",
            "oddswire watch --wallet 0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d",
            "oddswire watch --wallet '*' --market btc-updown-15m-1762479900",
            "oddswire watch --wallet '*' --json --url wss://gateway:8080 --key ow_... | jq .data.price");
        var wallets = Texts("--wallet", "0x...", "Whom to follow; '*' follows everybody. May be repeated.");
        var markets = Texts("--market", "SLUG", "Only in this market. May be repeated.");
        verb.Options.Add(wallets);
        verb.Options.Add(markets);
        var remote = new RemoteOptions();
        remote.AddTo(verb);
        verb.Does(async (line, stop) =>
        {
            var filter = Filter(line.GetValue(wallets)!, line.GetValue(markets)!);
            await using var client = new DomeClient(new DomeClientOptions
            {
                Url = RemoteOptions.As(remote.Url(line, terminal), sockets: true),
                Key = remote.Key(line, terminal),
                Extras = true,
                Time = terminal.Time,
            });
            await Connect(client, filter, stop);
            var print = new WatchPrinter(terminal.Out, remote.Json(line));
            await foreach (var heard in client.Events(stop))
                await print.Print(heard);
            return ExitCode.Done;
        });
        return verb;
    }

    private static async Task Connect(DomeClient client, OrderFilter filter, CancellationToken stop)
    {
        try
        {
            await client.Connect(stop);
            await client.Subscribe(filter, cancel: stop);
        }
        catch (DialRefusedException e) when (e.IsFinal)
        {
            throw new RefusedException($"{e.Message}. Which key is good: --key KEY, made by `oddswire keys add`", isUsage: false);
        }
        catch (IOException e)
        {
            throw new GatewayUnreachableException($"no gateway answers: {e.Message}. Is it running? Another one: --url", e);
        }
    }

    private static OrderFilter Filter(string[] wallets, string[] markets)
    {
        if (wallets.Length == 0 && markets.Length == 0)
            throw new UsageException("whom to follow? --wallet 0x..., --wallet '*', or --market SLUG");
        var filter = OrderFilter.Everything;
        if (!wallets.Contains("*") && wallets.Length > 0)
            filter = OrderFilter.Of([.. wallets.Select(Wallet)]);
        else if (wallets.Length == 0)
            filter = new OrderFilter();
        return markets.Length == 0 ? filter : filter with { Slugs = Wanted.Of<string>([.. markets]) };
    }

    private static WalletId Wallet(string text) =>
        WireText.TryParse<WalletId>(text, out var wallet) ? wallet : throw new UsageException($"`{text}` is no address: 0x and 40 hexadecimal digits");

    private static Option<string[]> Texts(string name, string help, string description) =>
        new(name) { HelpName = help, Description = description, DefaultValueFactory = static _ => [] };
}
