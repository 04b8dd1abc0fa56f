using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Subscriptions;

/// <summary>A durable subscription as the fold of its events.</summary>
/// <param name="Owner">The name of the key that created it.</param>
/// <param name="Filters">Which filter holds where, from the acknowledged position on.</param>
/// <param name="Commands">The last commands, so that one given again happens once.</param>
public sealed record DurableState(
    string Owner,
    string Name,
    SubscriptionState Status,
    ImmutableArray<FilterSpan> Filters,
    Position Acknowledged,
    Position HeadAtCreation,
    long CreatedAt,
    ImmutableArray<Command> Commands)
{
    public const int MostCommands = 32;

    /// <summary>Before its first event: nobody knows of it.</summary>
    public static DurableState None { get; } = new("", "", SubscriptionState.Closed, [], default, default, 0, []);

    public bool Exists => CreatedAt > 0;

    public OrderFilter Filter => Filters[^1].Filter;

    public DurableState Apply(DurableEvent e) => Happened(e) with { Commands = Remember(e.Why) };

    private DurableState Happened(DurableEvent e) => e switch
    {
        DurableEvent.Created created => new(
            created.Why?.Key ?? "", created.Name, SubscriptionState.Active, [new FilterSpan(created.From.Offset, created.Filter)],
            created.From, created.Head, created.Time, []),
        DurableEvent.Refiltered refiltered => this with { Filters = Since(Acknowledged, Filters.Add(new FilterSpan(refiltered.At, refiltered.Change.Apply(Filter)))) },
        DurableEvent.Renamed renamed => this with { Name = renamed.Name },
        DurableEvent.Paused => this with { Status = SubscriptionState.Paused },
        DurableEvent.Resumed resumed => this with
        {
            Status = SubscriptionState.Active,
            Acknowledged = resumed.From ?? Acknowledged,
            Filters = Since(resumed.From ?? Acknowledged, Filters),
        },
        DurableEvent.Acknowledged acknowledged => this with { Acknowledged = acknowledged.Position, Filters = Since(acknowledged.Position, Filters) },
        DurableEvent.Expired => this with { Status = SubscriptionState.Expired },
        DurableEvent.Closed => this with { Status = SubscriptionState.Closed },
        _ => throw new InvalidOperationException($"{e.GetType().Name} is no event of a subscription"),
    };

    /// <summary>Without the filters that held only for what is behind.</summary>
    private static ImmutableArray<FilterSpan> Since(Position acknowledged, ImmutableArray<FilterSpan> filters)
    {
        var behind = 0;
        while (behind + 1 < filters.Length && filters[behind + 1].After <= acknowledged.Offset)
            behind++;
        return behind == 0 ? filters : filters.RemoveRange(0, behind);
    }

    private ImmutableArray<Command> Remember(Command? command)
    {
        if (command is null || command.Id.Length == 0)
            return Commands;
        var commands = Commands.Add(command);
        // The first one made it, and who repeats that must be answered for as long as it lives.
        return commands.Length > MostCommands ? commands.RemoveAt(1) : commands;
    }
}
