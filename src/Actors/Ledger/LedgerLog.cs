using Microsoft.Extensions.Logging;

namespace Oddswire.Actors.Ledger;

internal static partial class LedgerLog
{
    /// <summary>The form that `oddswire journal verify --heads` finds in any text.</summary>
    [LoggerMessage(200, LogLevel.Information, "head {Stream} {Sequence} {Hash}")]
    internal static partial void Head(ILogger log, string stream, long sequence, string hash);
}
