using Oddswire.Simulation.Books.Readers;
using Oddswire.Simulation.Books.Venues;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Books.Promises;

/// <summary>No whole book is told to anybody that the venue never had.</summary>
internal sealed class OnlyTheVenuesBooks(BookWorkload books) : Invariant
{
    internal override void On(Observation seen)
    {
        if (seen is not ReaderObservation.Told { What: { Kind: "book", Token: { } token } book } told)
            return;
        var text = BookHistory.Text(book.Bids, book.Asks);
        if (!books.History.Had(token, text))
            Fail($"{told.Reader} is told a book of {token} that the venue never had: {text}; the venue's is {books.History.Last(token)}");
    }
}
