namespace Oddswire.Host.Settings;

/// <summary>A secret that stands in a file of its own, without the line's end.</summary>
internal static class SecretFile
{
    private const int Longest = 64 << 10;

    /// <summary>Null: it cannot be read, or nothing is in it.</summary>
    public static Secret? Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > Longest) return null;
            return File.ReadAllText(path).Trim() is { Length: > 0 } text ? new Secret(text) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
