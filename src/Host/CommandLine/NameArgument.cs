using System.CommandLine;

namespace Oddswire.Host.CommandLine;

/// <summary>A key's name, as an argument or as --name.</summary>
internal sealed class NameArgument
{
    private readonly Argument<string?> _argument = new("NAME") { Description = "Whose key it is: 1 to 64 letters, digits, - _ .", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _option = new("--name") { HelpName = "NAME", Description = "The same, as an option." };

    public NameArgument(Command verb)
    {
        verb.Arguments.Add(_argument);
        verb.Options.Add(_option);
    }

    public string Of(ParseResult line) => (line.GetValue(_argument), line.GetValue(_option)) switch
    {
        ({ } name, null) => name,
        (null, { } name) => name,
        (null, null) => throw new UsageException("give a name, such as `desk`"),
        _ => throw new UsageException("give the name once"),
    };
}
