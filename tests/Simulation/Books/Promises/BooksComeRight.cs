using Oddswire.Simulation.Books.Readers;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Books.Promises;

/// <summary>Within the ladder's time after the venue is well again, every book that somebody follows is the venue's, and stays so.</summary>
internal sealed class BooksComeRight(BookWorkload books) : Invariant
{
    // The longest wait of a connection, the time in which silence is noticed, and the steps of the ladder.
    private static readonly TimeSpan LadderTime = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(2);

    internal override void On(Observation seen)
    {
        if (seen is Observation.Disturbed { What: "healed" })
            World.After(LadderTime, Look);
    }

    internal override void Check()
    {
        foreach (var reader in books.Readers.Where(static reader => !reader.IsServed))
            Fail($"{reader} has not got back in");
    }

    private void Look()
    {
        foreach (var reader in books.Readers.Where(static reader => reader.IsServed))
        {
            foreach (var token in books.Trading)
                Look(reader, token.Id);
        }
        World.After(LookEvery, Look);
    }

    private void Look(Reader reader, string token)
    {
        var now = World.Clock.Elapsed;
        if (!reader.Wanted.TryGetValue(token, out var since) || now - since < LookEvery)
            return;
        if (reader.BookOf(token)?.ToString() is not { } book)
            Fail($"{reader} has followed {token} since {since} and has no book of it");
        else if (!books.History.HadSince(now - OnItsWay, token, book))
            Fail($"{reader} has a book of {token} that is not the venue's: {book}; the venue's is {books.History.Last(token)}");
    }
}
