using Oddswire.Host.Settings;

namespace Oddswire.Host;

/// <summary>Where the store lives; a temporary one is removed at the end.</summary>
internal sealed class StorageFolder : IDisposable
{
    private readonly bool _temporary;

    private StorageFolder(string path, bool temporary) => (Path, _temporary) = (path, temporary);

    internal string Path { get; }

    internal static StorageFolder Of(StorageSettings settings) => settings.IsTemporary
        ? new(Directory.CreateTempSubdirectory("oddswire-").FullName, temporary: true)
        : new(settings.Path, temporary: false);

    public void Dispose()
    {
        if (_temporary)
            Directory.Delete(Path, recursive: true);
    }
}
