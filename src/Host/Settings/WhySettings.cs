namespace Oddswire.Host.Settings;

/// <summary>How long, and how many at most, the positions of connections are kept that `oddswire why` answers from.</summary>
public sealed record WhySettings(TimeSpan Keep, int Samples)
{
    internal static WhySettings Read(Section at) => new(at.Duration("keep", "1m", "3650d"), at.Whole("samples", 1_000, 1_000_000_000));
}
