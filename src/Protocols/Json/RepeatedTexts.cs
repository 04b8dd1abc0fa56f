using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Oddswire.Protocols.Json;

/// <summary>
/// The texts read last on this thread, each in the place that its hash gives it: a fill names the same market as thousands before it, and
/// what is kept of the fills then shares that name. ASCII only; whatever else there is costs a string each time, as before.
/// </summary>
internal static class RepeatedTexts
{
    private const int Places = 1024;

    [ThreadStatic] private static string?[]? _texts;

    /// <summary>False: it is not plain ASCII.</summary>
    public static bool TryGet(ReadOnlySpan<byte> ascii, [NotNullWhen(true)] out string? text)
    {
        var texts = _texts ??= new string?[Places];
        var hash = default(HashCode);
        hash.AddBytes(ascii);
        ref var place = ref texts[(uint)hash.ToHashCode() % Places];
        if (place is null || !Ascii.Equals(ascii, place))
        {
            if (!Ascii.IsValid(ascii))
            {
                text = null;
                return false;
            }
            place = Encoding.ASCII.GetString(ascii);
        }
        text = place;
        return true;
    }
}
