namespace Oddswire.Host.Hocon;

/// <summary>
/// Reads a configuration in HOCON, layer upon layer, and substitutes at the end, so that a later layer also changes what
/// an earlier one derives from it. One reader reads one configuration.
/// </summary>
public sealed class HoconReader
{
    private readonly ObjectNode _root;
    private readonly Sources _sources;
    private readonly Func<string, string?> _environment;

    // folder: from where relative names count; shared: where an included file is also looked for;
    // environment: what ${NAME} means where no setting has that name.
    public HoconReader(string folder, string? shared, Func<string, string?> environment)
    {
        _root = new ObjectNode(Position.Whole("the configuration"));
        _sources = new Sources(folder, shared);
        _environment = environment;
    }

    public void AddFile(string name) => _root.Merge(_sources.File(name));

    /// <summary>One setting. Text that begins with [, { or a double quote is HOCON, any other is taken as it is.</summary>
    public void AddSetting(string source, string key, string text)
    {
        var path = new Parser(new Scanner(source, key), _sources, [], depth: 0).SinglePath();
        if (path.Length > Limits.Depth) throw new ConfigurationException(Position.Whole(source), $"at most {Limits.Depth} levels", "more");
        Node value = text.TrimStart() is ['[' or '{' or '"', ..]
            ? new Parser(new Scanner(source, text), _sources, [.. path.Select(part => part.Name)], path.Length).SingleValue()
            : new TextNode(Position.Whole(source), text, Quoted: text != "null");
        _root.Assign([.. path.Select(part => part with { At = Position.Whole(source) })], value);
    }

    public HoconObject Resolve() => new Resolver(_root, _environment).Resolve();
}
