namespace Oddswire.Runtime;

/// <summary>How to make an actor, and what its cell gives it.</summary>
public sealed record Props<TMessage>(Func<Actor<TMessage>> Create)
{
    public Mailbox Mailbox { get; init; } = Mailbox.Unbounded;

    /// <summary>Messages in one turn before others get the thread. 128 bounds unfairness at about ten microseconds of small messages.</summary>
    public int Throughput
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 128;

    public int StashCapacity { get; init; } = 1_000;

    /// <summary>Its failure is its parent's failure: for what must not go on without its state, and has it in a store rather than in memory.</summary>
    public bool Critical { get; init; }
}

public static class Props
{
    public static Props<TMessage> Of<TMessage>(Func<Actor<TMessage>> create) => new(create);
}

/// <summary>What a full bounded mailbox does. It never blocks the sender.</summary>
public enum Overflow { DropNewest, DropOldest, Fail }

/// <summary>The kind of a mailbox: unbounded, or bounded with a rule for the message too many.</summary>
public readonly record struct Mailbox
{
    private Mailbox(int capacity, Overflow overflow)
    {
        Capacity = capacity;
        Overflow = overflow;
    }

    /// <summary>0 = unbounded.</summary>
    public int Capacity { get; }
    public Overflow Overflow { get; }

    public static Mailbox Unbounded => default;

    public static Mailbox Bounded(int capacity, Overflow overflow)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        return new(capacity, overflow);
    }
}
