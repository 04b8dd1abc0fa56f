namespace Oddswire.Host.Downstream;

/// <summary>GET /openapi/v1.json: written by hand in openapi.json beside this file, and held against the routes by a test.</summary>
internal static class OpenApi
{
    internal static ReadOnlyMemory<byte> Document { get; } = Read();

    private static byte[] Read()
    {
        using var resource = typeof(OpenApi).Assembly.GetManifestResourceStream("openapi.json")!;
        var document = new byte[resource.Length];
        resource.ReadExactly(document);
        return document;
    }
}
