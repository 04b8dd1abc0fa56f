namespace Oddswire.Client;

public sealed record DomeClientOptions
{
    /// <summary>Such as ws://127.0.0.1:8080.</summary>
    public required Uri Url { get; init; }

    public required string Key { get; init; }

    /// <summary>?ext=1: positions, resume after a reconnect, gaps and corrections.</summary>
    public bool Extras { get; init; }

    /// <summary>Events that wait for their reader. When it is full nothing more is read, and the gateway closes a client that stays behind.</summary>
    public int Buffer { get; init; } = 4096;

    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(60);
    public TimeProvider Time { get; init; } = TimeProvider.System;
    public Random Random { get; init; } = new();
    public Dialer Dial { get; init; } = WebSocketDialer.Dial;

    internal Uri Address => new($"{Url.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{Uri.EscapeDataString(Key)}{(Extras ? "?ext=1" : "")}");

    // The compiler's own would print the key.
    public override string ToString() => $"{nameof(DomeClientOptions)} {{ {Url} }}";
}
