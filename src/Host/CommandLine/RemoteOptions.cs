using System.CommandLine;
using System.CommandLine.Parsing;

namespace Oddswire.Host.CommandLine;

/// <summary>--url, --key and --json, for every verb that talks to a running gateway. Without them: the demo's, on this machine.</summary>
internal sealed class RemoteOptions
{
    private readonly Option<Uri> _url = new("--url")
    {
        HelpName = "URL",
        Description = "The gateway; without it ODDSWIRE_URL, else http://127.0.0.1:8080.",
        CustomParser = static result => Parsed(result.Tokens[0].Value, result),
    };

    private readonly Option<string?> _key = new("--key") { HelpName = "KEY", Description = "The key to come with; without it ODDSWIRE_KEY, else the demo's admin key." };

    private readonly Option<bool> _json = new("--json") { Description = "One object per line." };

    public void AddTo(Command verb)
    {
        verb.Options.Add(_url);
        verb.Options.Add(_key);
        verb.Options.Add(_json);
    }

    public bool Json(ParseResult line) => line.GetValue(_json);

    public bool Any(ParseResult line) => line.GetResult(_url) is { Implicit: false } || line.GetResult(_key) is { Implicit: false };

    public Uri Url(ParseResult line, Terminal terminal) =>
        line.GetValue(_url) ?? (terminal.Environment.GetValueOrDefault("ODDSWIRE_URL") is { Length: > 0 } url ? Parsed(url, null) : null) ?? new Uri("http://127.0.0.1:8080");

    public string Key(ParseResult line, Terminal terminal) =>
        line.GetValue(_key) ?? (terminal.Environment.GetValueOrDefault("ODDSWIRE_KEY") is { Length: > 0 } key ? key : "demo-admin");

    public GatewayClient Client(ParseResult line, Terminal terminal) => new(Url(line, terminal), Key(line, terminal));

    /// <summary>The same address for HTTP, and with <paramref name="sockets"/> for WebSockets.</summary>
    public static Uri As(Uri url, bool sockets)
    {
        var secure = url.Scheme is "https" or "wss";
        return new UriBuilder(url) { Scheme = sockets ? secure ? "wss" : "ws" : secure ? "https" : "http", Port = url.Port }.Uri;
    }

    private static Uri Parsed(string text, ArgumentResult? result)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" or "ws" or "wss" && url.Host.Length > 0)
            return url;
        const string sentence = "--url is an address such as http://127.0.0.1:8080";
        if (result is null)
            throw new UsageException("ODDSWIRE_URL is an address such as http://127.0.0.1:8080");
        result.AddError(sentence);
        return null!;
    }
}
