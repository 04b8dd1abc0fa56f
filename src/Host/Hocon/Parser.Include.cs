namespace Oddswire.Host.Hocon;

internal sealed partial class Parser
{
    // Only the bare word in front of white space or a quote: "include" = 1 and includes = 1 are keys.
    private bool AtInclude() =>
        scanner.Sees("include ") || scanner.Sees("include\t") || scanner.Sees("include\"") || scanner.Sees("include\n") || scanner.Sees("include\r");

    private void Include(ObjectNode into)
    {
        scanner.Skip("include".Length);
        scanner.Lines();
        var required = Opens("required");
        var file = Opens("file");
        if (scanner.Current != '"')
            throw scanner.Unexpected("the name of a file in double quotes", "include \"other.conf\", or include required(\"other.conf\") where it must exist");
        var at = scanner.At;
        var name = scanner.Quoted();
        if (file) Closes();
        if (required) Closes();
        if (sources.Include(name, at, required, _here, _depth) is { } included) into.Merge(included);
    }

    private bool Opens(string word)
    {
        if (!scanner.Take(word + "(")) return false;
        scanner.Lines();
        return true;
    }

    private void Closes()
    {
        scanner.Lines();
        if (!scanner.Take(")")) throw scanner.Unexpected("')' after the name of the file");
    }
}
