using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.World;

public sealed class AgendaTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Steps_run_in_the_order_of_their_time_and_then_of_their_coming()
    {
        var ran = new List<string>();
        var agenda = new Agenda(Start);
        agenda.After(TimeSpan.FromSeconds(2), () => ran.Add("third"));
        agenda.After(TimeSpan.FromSeconds(1), () => ran.Add("first"));
        agenda.After(TimeSpan.FromSeconds(1), () => ran.Add("second"));
        agenda.Advance(Start.AddSeconds(5));
        Assert.Equal(["first", "second", "third"], ran);
        Assert.Null(agenda.NextDue);
    }

    [Fact]
    public void A_step_sees_its_own_time_and_may_plan_another_within_the_same_advance()
    {
        var seen = new List<DateTimeOffset>();
        var agenda = new Agenda(Start);
        void Step()
        {
            seen.Add(agenda.Now);
            if (seen.Count < 3) agenda.After(TimeSpan.FromSeconds(1), Step);
        }
        agenda.After(TimeSpan.FromSeconds(1), Step);
        agenda.Advance(Start.AddSeconds(10));
        Assert.Equal([Start.AddSeconds(1), Start.AddSeconds(2), Start.AddSeconds(3)], seen);
        Assert.Equal(Start.AddSeconds(10), agenda.Now);
    }

    [Fact]
    public void Time_never_goes_back()
    {
        var agenda = new Agenda(Start);
        agenda.Advance(Start.AddSeconds(10));
        agenda.Advance(Start.AddSeconds(5));
        Assert.Equal(Start.AddSeconds(10), agenda.Now);
    }
}
