namespace Oddswire.Host.Settings;

/// <summary>A text that must not be seen: it prints as a placeholder, and who needs the text says so by name.</summary>
public sealed class Secret(string text)
{
    public const string Placeholder = "(secret)";

    public string Reveal() => text;

    public override string ToString() => Placeholder;
}
