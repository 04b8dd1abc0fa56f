using Microsoft.Extensions.Logging;
using Oddswire.Runtime.Diagnostics;

namespace Oddswire.Runtime.Patterns;

/// <summary>Dead letters come in floods when they come. The log gets the first ten of each second and the number of the rest.</summary>
internal sealed class DeadLetterLog(ILogger log, TimeProvider time)
{
    private const int PerSecond = 10;
    private readonly Lock _gate = new();
    private long _second;
    private int _written;
    private int _suppressed;

    internal void Write(DeadLetter letter)
    {
        Summarize();
        lock (_gate)
        {
            if (_written++ >= PerSecond)
            {
                _suppressed++;
                return;
            }
        }
        // The type only: a message may carry what must not be logged.
        log.DeadLetter(letter.To.Path, letter.Message?.GetType().Name ?? "null", letter.Reason);
    }

    /// <summary>A second is over: how many were left out in it. Also called when nothing follows.</summary>
    internal void Summarize()
    {
        int suppressed;
        lock (_gate)
        {
            var second = time.GetTimestamp() / time.TimestampFrequency;
            if (second == _second)
                return;
            suppressed = _suppressed;
            (_second, _written, _suppressed) = (second, 0, 0);
        }
        if (suppressed > 0)
            log.DeadLettersSuppressed(suppressed);
    }
}
