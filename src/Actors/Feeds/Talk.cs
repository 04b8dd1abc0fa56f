using System.Collections.Immutable;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Feeds;

/// <summary>What a conversation answers: frames to send, what was observed, and what it says about the connection itself.</summary>
public sealed class Talk
{
    internal List<ReadOnlyMemory<byte>> Frames { get; } = [];
    internal ImmutableArray<Observation>.Builder Observations { get; } = ImmutableArray.CreateBuilder<Observation>();
    internal (long From, long Through, long Time)? Swept { get; private set; }
    internal bool IsLive { get; private set; }
    internal bool WasData { get; private set; }
    internal string? Failure { get; private set; }
    internal List<string> Notes { get; } = [];
    internal int Unreadable { get; private set; }

    internal ImmutableArray<BookFrame>.Builder Books { get; } = ImmutableArray.CreateBuilder<BookFrame>();
    internal ImmutableArray<TokenId>.Builder LeftOut { get; } = ImmutableArray.CreateBuilder<TokenId>();
    internal ImmutableArray<AccountEvent>.Builder Account { get; } = ImmutableArray.CreateBuilder<AccountEvent>();
    internal FeedLoad? Load { get; private set; }

    /// <summary>Unix milliseconds.</summary>
    public long Now { get; internal set; }

    /// <summary>Milliseconds of the clock that does not jump: waits are measured by it.</summary>
    public long Running { get; internal set; }

    public void Send(ReadOnlyMemory<byte> frame) => Frames.Add(frame);

    public void Observe(Observation observation) => Observations.Add(observation);

    /// <summary>An event about the book of a market.</summary>
    public void Hear(BookFrame frame) => Books.Add(frame);

    /// <summary>What happened to an account.</summary>
    public void Hear(AccountEvent what) => Account.Add(what);

    /// <summary>The venue has answered for a token with no book.</summary>
    public void HasNone(TokenId token) => LeftOut.Add(token);

    /// <summary>How much this connection carries.</summary>
    public void Carries(FeedLoad load) => Load = load;

    /// <summary>All logs of these blocks have been observed, here or before.</summary>
    public void SweptBlocks(long from, long through, long time) => Swept = (from, through, time);

    /// <summary>The venue delivers: from here on this connection covers.</summary>
    public void Live() => IsLive = true;

    /// <summary>The venue has said something that only a living feed says; an answer to a heartbeat is not that.</summary>
    public void Data() => WasData = true;

    /// <summary>The connection is of no use: the venue refuses what is asked.</summary>
    public void Fail(string reason) => Failure = reason;

    /// <summary>The venue does not give all that is wanted: a fact for the ledger.</summary>
    public void Note(string limit) => Notes.Add(limit);

    /// <summary>A frame that is not of the protocol: counted, never fatal.</summary>
    public void NotUnderstood() => Unreadable++;

    internal void Clear()
    {
        Frames.Clear();
        Observations.Clear();
        Notes.Clear();
        Books.Clear();
        Account.Clear();
        LeftOut.Clear();
        Load = null;
        Swept = null;
        WasData = false;
        Failure = null;
        Unreadable = 0;
    }
}
