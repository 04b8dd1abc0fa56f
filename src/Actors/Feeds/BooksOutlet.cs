using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Runtime;

namespace Oddswire.Actors.Feeds;

/// <summary>Events of order books go to the books.</summary>
internal sealed class BooksOutlet(ActorRef<BooksMessage> books) : IOutlet
{
    /// <summary>A book is good when it has come, not when its connection is.</summary>
    public void Up(SourceId source, ActorRef<ChainQuestion>? chain) { }

    public void Down(SourceId source, long since, string reason) => books.Tell(new BooksMessage.SourceDown(source, since, reason));

    public void Carry(SourceId source, Talk talk)
    {
        if (talk.Books.Count > 0)
            books.Tell(new BooksMessage.Heard(source, talk.Books.DrainToImmutable()));
        if (talk.LeftOut.Count > 0)
            books.Tell(new BooksMessage.LeftOut(talk.LeftOut.DrainToImmutable()));
    }
}
