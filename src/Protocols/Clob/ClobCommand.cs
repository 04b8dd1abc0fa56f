using System.Collections.Immutable;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Clob;

public enum ClobOperation : byte
{
    /// <summary>The frame that opens a connection: a type and no operation.</summary>
    Open,
    Subscribe,
    Unsubscribe,
}

/// <summary>What a client says on /ws/market or /ws/user. Which of it may come first, and what it may see, is the session's business.</summary>
public sealed record ClobCommand(ClobOperation Operation)
{
    /// <summary>"market" or "user" in lower case, where the frame says one: real clients repeat it in later frames.</summary>
    public string? Type { get; init; }

    public ImmutableArray<TokenId> Assets { get; init; } = [];

    /// <summary>Conditions, on /ws/user. None stands for all of them.</summary>
    public ImmutableArray<ConditionId> Markets { get; init; } = [];

    public bool InitialDump { get; init; } = true;

    /// <summary>Connection-wide, and the last subscribe wins: one that does not say it turns it off.</summary>
    public bool CustomFeatures { get; init; }

    public ClobCredentials? Credentials { get; init; }
}

/// <summary>The three parts of an API key. Never logged, never journaled: its text is its name and nothing else.</summary>
public sealed record ClobCredentials(string ApiKey, string Secret, string Passphrase)
{
    public override string ToString() => "credentials";
}
