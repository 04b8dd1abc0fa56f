using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Actors.Tests.Markets;

/// <summary>Waits are measured by the clock that only runs on: beside a gateway whose calendar jumps, one whose calendar does not does the same.</summary>
public sealed class CalendarJumpTests
{
    private sealed record Run(string[] Kinds, string[] Facts, int Questions, int Dials);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_calendar_that_jumps_by_an_hour_makes_no_book_silent(int hours) => Same(hours, static (gateway, jump) =>
    {
        gateway.Run(20);
        jump();
        gateway.Run(75);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_calendar_that_jumps_by_an_hour_hides_no_silence_and_holds_no_ladder_up(int hours) => Same(hours, static (gateway, jump) =>
    {
        gateway.Run(20);
        gateway.Street.Strike(FaultKind.Mute, with: fault => fault with { Topic = gateway.Street.Open[0].Tokens[0].Id });
        gateway.Run(5.7);       // on the ladder
        jump();
        gateway.Run(30);
        gateway.Street.Heal();
        gateway.Run(90);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_calendar_that_jumps_by_an_hour_retires_nothing_and_looks_for_what_is_absent_in_time(int hours) => Same(hours, static (gateway, jump) =>
    {
        gateway.Connect().Open("12345");
        gateway.Run(10);
        gateway.Street.Strike(FaultKind.Drop);
        gateway.Street.Strike(FaultKind.Hang, 20);
        gateway.Run(3);
        jump();
        gateway.Run(90);
    });

    private static void Same(int hours, Action<BookGateway, Action> play)
    {
        var calm = Play(play, TimeSpan.Zero);
        var jumped = Play(play, TimeSpan.FromHours(hours));
        Assert.Equal(calm.Facts, jumped.Facts);
        Assert.Equal(calm.Kinds, jumped.Kinds);
        Assert.Equal((calm.Questions, calm.Dials), (jumped.Questions, jumped.Dials));
        Assert.NotEmpty(calm.Kinds);
    }

    private static Run Play(Action<BookGateway, Action> play, TimeSpan jump)
    {
        var gateway = new BookGateway(world: new WorldSettings { Window = TimeSpan.FromHours(1), BookRate = 4 });
        var client = gateway.Connect(extended: true).Follow(gateway.Street.Open.SelectMany(static market => market.Tokens));
        play(gateway, () => gateway.Kit.Clock.WallOffset += jump);
        var told = gateway.Ledger.Drain();
        Assert.All(told.OfType<LedgerMessage.GapFact>().Where(static fact => fact.Gap.State != GapState.Open), static fact => Assert.True(fact.Gap.To >= fact.Gap.From));
        return new Run([.. client.Kinds], [.. told.OfType<LedgerMessage.FeedFact>().Select(static fact => $"{fact.Kind} {fact.Detail}")], gateway.Street.Questions, gateway.Street.Dials);
    }
}
