using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Oddswire.Host.Hocon;

/// <summary>
/// Substitution: nodes become values. Each assignment is evaluated once, when somebody asks for it, so that a setting may
/// refer to any other, also to its neighbours; a reference to the key that it stands in means the assignment before.
/// </summary>
internal sealed class Resolver(ObjectNode root, Func<string, string?> environment)
{
    private readonly Stack<ReferenceNode> _trail = [];
    private int _frames;
    private int _boundary; // frames from here on stand around the text being evaluated, those below lead to it by reference
    private int _depth;
    private long _work;

    public HoconObject Resolve() => Object(root);

    private HoconObject Object(ObjectNode node)
    {
        var fields = new OrderedDictionary<string, HoconField>();
        foreach (var field in node.Fields)
        {
            if (Value(field, field.Assignments.Count) is { } value) fields.Add(field.Name, new HoconField(field.Name, field.At, value));
        }
        return Bounded(new HoconObject(node.At, fields));
    }

    /// <summary>What the first assignments of a field make together: the last one counts, objects lie over what is below.</summary>
    private HoconValue? Value(Field field, int assignments)
    {
        HoconObject? over = null;
        while (--assignments >= 0)
        {
            var own = Own(field, assignments);
            if (own is HoconObject under) over = Merge(under, over);
            else if (own is not null) return over ?? own;
        }
        return over;
    }

    private HoconValue? Own(Field field, int index)
    {
        var assignment = field.Assignments[index];
        Work(assignment.Value.At);
        if (!assignment.IsResolved)
        {
            assignment.Frame = _frames++;
            Enter(assignment.Value.At);
            assignment.Resolved = assignment.Value is AppendNode append ? Append(append, Value(field, index)) : Evaluate(assignment.Value);
            _depth--;
            assignment.IsResolved = true;
            assignment.Frame = -1;
            _frames--;
        }
        return assignment.Resolved;
    }

    private HoconValue? Evaluate(Node node)
    {
        Enter(node.At);
        HoconValue? value = node switch
        {
            TextNode text => new HoconText(text.At, text.Text, text.Quoted),
            ObjectNode braces => Object(braces),
            ListNode list => List(list.At, list.Items.Select(Evaluate).OfType<HoconValue>()),
            ReferenceNode reference => Reference(reference),
            ConcatenationNode parts => Concatenation(parts),
            _ => throw new UnreachableException(),
        };
        _depth--;
        return value;
    }

    private HoconList Append(AppendNode node, HoconValue? earlier)
    {
        if (earlier is not (null or HoconList)) throw new ConfigurationException(node.At, "a list before +=", earlier.Kind);
        var items = earlier is HoconList list ? list.Items : [];
        Work(node.At, items.Length);
        return List(node.At, Evaluate(node.Item) is { } item ? items.Add(item) : items);
    }

    private HoconValue? Reference(ReferenceNode node)
    {
        var boundary = _boundary;
        _boundary = _frames;
        _trail.Push(node);
        var found = (node.Scope.IsEmpty ? null : Find([.. node.Scope, .. node.Path], boundary)) ?? Find(node.Path, boundary);
        _trail.Pop();
        _boundary = boundary;
        if (found is not null) return found;
        if (environment(node.Name) is { } text) return new HoconText(Position.Whole($"environment {node.Name}"), text, Quoted: true);
        if (node.Optional) return null;
        throw new ConfigurationException(node.At, $"a value for ${{{node.Name}}}", "no setting before it and no environment variable of that name",
            $"write ${{?{node.Name}}} where it may be missing");
    }

    private HoconValue? Find(ImmutableArray<string> path, int boundary) => Find(root, path.AsSpan(), boundary);

    private HoconValue? Find(ObjectNode node, ReadOnlySpan<string> path, int boundary) =>
        node.Find(path[0]) is { } field ? Find(field, path[1..], boundary) : null;

    // As Value, but only what the path leads to is evaluated: bar { foo = 42, baz = ${bar.foo} } is no cycle.
    private HoconValue? Find(Field field, ReadOnlySpan<string> path, int boundary)
    {
        var assignments = Before(field, path.IsEmpty, boundary);
        if (path.IsEmpty) return Value(field, assignments);
        HoconObject? over = null;
        while (--assignments >= 0)
        {
            HoconValue? found;
            if (field.Assignments[assignments].Value is ObjectNode braces) found = Find(braces, path, boundary);
            else if (Own(field, assignments) is not { } own) continue;
            else if (own is HoconObject values) found = Find(values, path);
            else break;
            if (found is HoconObject under) over = Merge(under, over);
            else if (found is not null) return over ?? found;
        }
        return over;
    }

    private static HoconValue? Find(HoconObject values, ReadOnlySpan<string> path)
    {
        HoconValue? value = values;
        foreach (var name in path) value = (value as HoconObject)?.Fields.GetValueOrDefault(name)?.Value;
        return value;
    }

    /// <summary>
    /// How many assignments a reference may see: all, or, where it stands inside one of them, those before it.
    /// Coming back to an unfinished assignment by way of another reference is a cycle.
    /// </summary>
    private int Before(Field field, bool whole, int boundary)
    {
        for (var index = 0; index < field.Assignments.Count; index++)
        {
            var assignment = field.Assignments[index];
            Work(assignment.Value.At);
            if (assignment.Frame < 0 || (!whole && assignment.Value is ObjectNode)) continue;
            if (assignment.Frame >= boundary) return index;
            var names = _trail.Reverse().Select(reference => reference.Name);
            throw new ConfigurationException(_trail.Peek().At, "a value that does not depend on itself", "the cycle " + string.Join(" -> ", names.Prepend(_trail.Peek().Name)));
        }
        return field.Assignments.Count;
    }

    private HoconValue? Concatenation(ConcatenationNode node)
    {
        var parts = node.Parts.Select(part => (Node: part, Value: Evaluate(part))).Where(part => part.Value is not null).ToList();
        var solid = parts.Where(part => part.Node is not TextNode { IsBlank: true }).ToList();
        if (solid.Count == 0) return null;
        if (solid.TrueForAll(part => part.Value is HoconText))
        {
            Work(node.At, parts.Sum(part => (long)((HoconText)part.Value!).Text.Length));
            return new HoconText(node.At, string.Concat(parts.Select(part => ((HoconText)part.Value!).Text)), Quoted: true);
        }
        var first = solid[0].Value!;
        if (solid.Find(part => part.Value!.GetType() != first.GetType()) is { Value: { } odd } other)
            throw new ConfigurationException(other.Node.At, $"{first.Kind}, as before it on the line", odd.Kind);
        if (first is HoconObject) return solid.Select(part => (HoconObject)part.Value!).Aggregate((under, over) => Merge(under, over));
        var lists = solid.ConvertAll(part => ((HoconList)part.Value!).Items);
        Work(node.At, lists.Sum(items => (long)items.Length));
        return List(node.At, lists.SelectMany(items => items));
    }

    private HoconObject Merge(HoconObject under, HoconObject? over)
    {
        if (over is null) return under;
        Work(over.At, under.Fields.Count + over.Fields.Count);
        var fields = new OrderedDictionary<string, HoconField>(under.Fields);
        foreach (var (name, field) in over.Fields)
        {
            fields[name] = field.Value is HoconObject top && under.Fields.GetValueOrDefault(name)?.Value is HoconObject bottom
                ? field with { Value = Merge(bottom, top) }
                : field;
        }
        return Bounded(new HoconObject(over.At, fields));
    }

    private static HoconList List(Position at, IEnumerable<HoconValue> items) => Bounded(new HoconList(at, [.. items]));

    private static T Bounded<T>(T value) where T : HoconValue =>
        value.Depth <= Limits.Depth ? value : throw new ConfigurationException(value.At, $"at most {Limits.Depth} levels", "one more");

    private void Enter(Position at)
    {
        Work(at);
        if (++_depth > Limits.Chain || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new ConfigurationException(at, $"at most {Limits.Chain} values that depend on each other", "one more");
    }

    private void Work(Position at, long steps = 1)
    {
        if ((_work += steps) > Limits.Work) throw new ConfigurationException(at, "values of a bounded size", "substitutions that multiply each other");
    }
}
