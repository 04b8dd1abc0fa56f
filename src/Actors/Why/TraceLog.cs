using Microsoft.Extensions.Logging;

namespace Oddswire.Actors.Why;

internal static partial class TraceLog
{
    [LoggerMessage(210, LogLevel.Warning, "what `oddswire why` answers from cannot be written and is kept in memory meanwhile: {Reason}")]
    internal static partial void NotKept(ILogger log, string reason);
}
