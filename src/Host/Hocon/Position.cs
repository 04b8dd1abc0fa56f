namespace Oddswire.Host.Hocon;

/// <summary>Where something was written. Line 0: the source as a whole, such as an environment variable or an option of the command line.</summary>
public readonly record struct Position(string Source, int Line, int Column)
{
    public static Position Whole(string source) => new(source, 0, 0);

    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";
}
