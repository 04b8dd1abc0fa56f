namespace Oddswire.Protocols.Dome;

/// <summary>Something wrong in a frame: the code, where it stands (`filters.users[3]`) and what was expected there.</summary>
public sealed record DomeProblem(DomeError Error, string Field, string Expected)
{
    public string Message => $"{Field} {Expected}";
}
