using Microsoft.Extensions.Logging;

namespace Oddswire.Runtime;

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
        int suppressed;
        lock (_gate)
        {
            var second = time.GetTimestamp() / time.TimestampFrequency;
            suppressed = 0;
            if (second != _second)
            {
                suppressed = _suppressed;
                (_second, _written, _suppressed) = (second, 0, 0);
            }
            if (_written++ >= PerSecond)
            {
                _suppressed++;
                return;
            }
        }
        if (suppressed > 0)
            log.DeadLettersSuppressed(suppressed);
        // The type only: a message may carry what must not be logged.
        log.DeadLetter(letter.To.Path, letter.Message?.GetType().Name ?? "null", letter.Reason);
    }
}
