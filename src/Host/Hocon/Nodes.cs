using System.Collections.Immutable;

namespace Oddswire.Host.Hocon;

/// <summary>What was written, before substitution. The Parser makes it, the Resolver turns it into a HoconValue.</summary>
internal abstract record Node(Position At);

internal sealed record TextNode(Position At, string Text, bool Quoted) : Node(At)
{
    /// <summary>White space between two values: part of a text, no part of a list or an object.</summary>
    public bool IsBlank => !Quoted && string.IsNullOrWhiteSpace(Text);
}

internal sealed record ListNode(Position At, ImmutableArray<Node> Items) : Node(At);

/// <summary>${path}: looked up below the object that included this file, then from the root, then in the environment.</summary>
internal sealed record ReferenceNode(Position At, ImmutableArray<string> Scope, ImmutableArray<string> Path, bool Optional) : Node(At)
{
    public string Name => string.Join('.', Path);
}

/// <summary>Values side by side on one line.</summary>
internal sealed record ConcatenationNode(Position At, ImmutableArray<Node> Parts) : Node(At);

/// <summary>The right side of +=.</summary>
internal sealed record AppendNode(Position At, Node Item) : Node(At);

internal sealed record ObjectNode(Position At) : Node(At)
{
    private readonly Dictionary<string, Field> _fields = [];

    public IEnumerable<Field> Fields => _fields.Values;

    public Field? Find(string name) => _fields.GetValueOrDefault(name);

    /// <summary>a.b.c = value: objects on the way are made where there are none.</summary>
    public void Assign(ReadOnlySpan<Key> path, Node value)
    {
        var field = Touch(path[0]);
        if (path.Length == 1) field.Assign(value);
        else field.Object(path[0].At).Assign(path[1..], value);
    }

    /// <summary>Lays another object over this one, as if it had been written here.</summary>
    public void Merge(ObjectNode over)
    {
        foreach (var field in over.Fields)
        {
            var mine = Touch(new Key(field.Name, field.At));
            foreach (var assignment in field.Assignments) mine.Assign(assignment.Value);
        }
    }

    private Field Touch(Key key)
    {
        if (!_fields.TryGetValue(key.Name, out var field)) _fields[key.Name] = field = new Field(key.Name);
        field.At = key.At;
        return field;
    }
}

/// <summary>One part of a dotted key.</summary>
internal readonly record struct Key(string Name, Position At);

/// <summary>Everything that was assigned to one key, in order: a later value may build on an earlier one.</summary>
internal sealed class Field(string name)
{
    private readonly List<Assignment> _assignments = [];

    public string Name => name;

    /// <summary>The last place that assigned it.</summary>
    public Position At { get; set; }

    public IReadOnlyList<Assignment> Assignments => _assignments;

    public void Assign(Node value)
    {
        if (value is ObjectNode over && Last is { } last) last.Merge(over);
        else _assignments.Add(new Assignment(value));
    }

    public ObjectNode Object(Position at)
    {
        if (Last is null) _assignments.Add(new Assignment(new ObjectNode(at)));
        return Last!;
    }

    private ObjectNode? Last => _assignments.Count > 0 ? _assignments[^1].Value as ObjectNode : null;
}

/// <summary>One assignment, and what the Resolver knows of it.</summary>
internal sealed class Assignment(Node value)
{
    public Node Value => value;

    public bool IsResolved { get; set; }

    public HoconValue? Resolved { get; set; }

    /// <summary>Which frame of the Resolver is at work on it; -1: none.</summary>
    public int Frame { get; set; } = -1;
}
