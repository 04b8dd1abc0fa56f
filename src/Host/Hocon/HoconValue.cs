using System.Collections.Immutable;

namespace Oddswire.Host.Hocon;

/// <summary>What a configuration means, after substitution. Each value knows where it was written.</summary>
public abstract record HoconValue(Position At)
{
    /// <summary>What it is, in the words of an error; without its content, which may be a secret.</summary>
    public abstract string Kind { get; }

    /// <summary>Levels of lists and objects, itself included.</summary>
    internal virtual int Depth => 0;
}

/// <summary>Text, number, truth value or null: what it is good for is for the reader of the setting to say.</summary>
public sealed record HoconText(Position At, string Text, bool Quoted) : HoconValue(At)
{
    public bool IsNull => !Quoted && Text == "null";

    public override string Kind => IsNull ? "null" : "a text";
}

public sealed record HoconList(Position At, ImmutableArray<HoconValue> Items) : HoconValue(At)
{
    public override string Kind => "a list";

    internal override int Depth { get; } = 1 + Items.Select(item => item.Depth).DefaultIfEmpty().Max();
}

/// <summary>Fields in the order in which they were first written.</summary>
public sealed record HoconObject(Position At, OrderedDictionary<string, HoconField> Fields) : HoconValue(At)
{
    public override string Kind => "an object";

    internal override int Depth { get; } = 1 + Fields.Values.Select(field => field.Value.Depth).DefaultIfEmpty().Max();
}

/// <summary><paramref name="At"/> is the key's place, the value has its own.</summary>
public sealed record HoconField(string Name, Position At, HoconValue Value);
