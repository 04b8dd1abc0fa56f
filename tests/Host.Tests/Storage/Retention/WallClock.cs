namespace Oddswire.Host.Tests.Storage.Retention;

/// <summary>A wall clock that is set by hand; timers are real.</summary>
internal sealed class WallClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
