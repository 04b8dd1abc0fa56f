using System.Data.Common;

namespace Oddswire.Host.Storage;

internal static class NullableColumn
{
    public static long? Nullable(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
