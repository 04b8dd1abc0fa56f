using Oddswire.Actors.Markets;
using Oddswire.Messages.Books;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Markets;

public sealed class AudienceTests
{
    private static readonly TokenId Yes = Made.Token(1), No = Made.Token(2);
    private static readonly BookNews.Opening Opening = new(default, Yes, "{}"u8.ToArray());

    private readonly TestSystem _kit = new();
    private readonly Audience _audience = new();
    private readonly Probe<SessionMessage> _ofYes, _ofNo, _ofBoth, _waiting;

    public AudienceTests()
    {
        (_ofYes, _ofNo, _ofBoth, _waiting) = (_kit.Probe<SessionMessage>(), _kit.Probe<SessionMessage>(), _kit.Probe<SessionMessage>(), _kit.Probe<SessionMessage>());
        _audience.Add(Yes, _ofYes);
        _audience.Add(Yes, _ofBoth);
        _audience.Add(No, _ofBoth);
        _audience.Add(No, _ofNo);
        _audience.Open(Yes, () => Opening);
        _audience.Open(No, () => Opening);
        _audience.Add(Yes, _waiting);
        foreach (var probe in (Probe<SessionMessage>[])[_ofYes, _ofNo, _ofBoth, _waiting])
            probe.Drain();
    }

    [Fact]
    public void What_a_turn_tells_is_one_message_and_the_same_to_all_whom_all_of_it_concerns()
    {
        _audience.Tell(Told(BookEventKind.Change, Yes, No), toEverybody: false);
        _audience.Tell(Told(BookEventKind.Change, Yes, No), toEverybody: false);
        Assert.Empty(_ofYes.Drain());
        _audience.Flush();
        var told = Assert.IsType<BookNews.Burst>(Assert.Single(_ofYes.Drain()));
        Assert.Equal(2, told.News.Length);
        Assert.Same(told, Assert.Single(_ofNo.Drain()));
        Assert.Same(told, Assert.Single(_ofBoth.Drain()));
        Assert.Empty(_waiting.Drain());
        _audience.Flush();
        Assert.Empty(_ofYes.Drain());
    }

    [Fact]
    public void Who_is_concerned_by_some_of_it_is_told_that_in_its_order()
    {
        BookNews.Told[] all = [Told(BookEventKind.Change, Yes), Told(BookEventKind.Fact, No), Told(BookEventKind.Fact, Yes)];
        foreach (var told in all)
            _audience.Tell(told, toEverybody: told.Kind == BookEventKind.Fact);
        _audience.Flush();
        Assert.Equal([all[0], all[2]], News(_ofYes));
        Assert.Equal([all[1]], News(_ofNo));
        Assert.Equal(all, News(_ofBoth));
        Assert.Equal([all[2]], News(_waiting));
    }

    [Fact]
    public void What_was_told_before_somebody_came_or_began_is_none_of_his()
    {
        var (late, before, after) = (_kit.Probe<SessionMessage>(), Told(BookEventKind.Change, Yes), Told(BookEventKind.Change, Yes));
        _audience.Tell(before, toEverybody: false);
        _audience.Open(Yes, () => Opening);
        _audience.Tell(Told(BookEventKind.Fact, Yes), toEverybody: true);
        _audience.Add(Yes, late);
        _audience.Open(Yes, () => Opening);
        _audience.Tell(after, toEverybody: false);
        _audience.Flush();
        Assert.Equal([Opening, new BookNews.Burst([after])], late.Drain(), Same);
        Assert.IsType<BookNews.Opening>(_waiting.Drain()[0]);
    }

    [Fact]
    public void Who_leaves_has_been_told_what_came_before_and_nothing_after()
    {
        var before = Told(BookEventKind.Change, Yes);
        _audience.Tell(before, toEverybody: false);
        _audience.Remove(Yes, _ofYes);
        _audience.Tell(Told(BookEventKind.Change, Yes), toEverybody: false);
        _audience.Remove(Yes, _ofBoth);
        _audience.Tell(Told(BookEventKind.Change, Yes), toEverybody: false);
        _audience.Remove(Yes);
        _audience.Tell(Told(BookEventKind.Change, Yes), toEverybody: false);
        _audience.Flush();
        Assert.Equal([before], News(_ofYes));
        Assert.Equal(2, News(_ofBoth).Count);
    }

    private static BookNews.Told Told(BookEventKind kind, params TokenId[] tokens) => new(kind, default, [.. tokens], "{}"u8.ToArray());

    private static List<BookNews.Told> News(Probe<SessionMessage> of) => [.. of.Drain().Cast<BookNews.Burst>().SelectMany(static burst => burst.News)];

    private static bool Same(SessionMessage one, SessionMessage other) => (one, other) switch
    {
        (BookNews.Burst a, BookNews.Burst b) => a.News.SequenceEqual(b.News),
        _ => one == other,
    };
}
