namespace Oddswire.Actors;

/// <summary>Now, by two clocks, in milliseconds: the calendar's, which is told and may jump, and the one that only runs on, by which waits are measured.</summary>
internal readonly record struct Moment(long Wall, long Running)
{
    internal static Moment Of(TimeProvider time) =>
        new(time.GetUtcNow().ToUnixTimeMilliseconds(), (long)time.GetElapsedTime(0, time.GetTimestamp()).TotalMilliseconds);
}
