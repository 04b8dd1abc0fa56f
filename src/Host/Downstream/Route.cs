using System.Collections.Immutable;
using Oddswire.Messages.Keys;

namespace Oddswire.Host.Downstream;

/// <summary>One address of /api/v1. The table of them is all that is served; the OpenAPI document is held against it.</summary>
/// <param name="Path">Below /api/v1/, with {name} where a name stands.</param>
/// <param name="Scope">What the caller's key must be allowed; null: any key will do.</param>
internal sealed record Route(string Method, string Path, string? Scope, Func<Call, Task<Answer>> Serve)
{
    private readonly ImmutableArray<string> _segments = [.. Path.Split('/')];

    internal bool Matches(string method, ReadOnlySpan<string> path, out string name)
    {
        name = "";
        if (method != Method || path.Length != _segments.Length)
            return false;
        for (var i = 0; i < path.Length; i++)
        {
            if (_segments[i][0] == '{')
                name = path[i];
            else if (_segments[i] != path[i])
                return false;
        }
        return true;
    }
}

/// <summary>One request, after its key was found good.</summary>
/// <param name="Name">What stands in the place of {name}.</param>
internal sealed record Call(HttpContext Http, Key Caller, string Name)
{
    private const int LargestBody = 64 << 10;

    internal string Query(string name) => Http.Request.Query[name].ToString();

    internal KeyAsker Asker => new(Caller.Name, Http.Connection.RemoteIpAddress?.ToString() ?? "");

    /// <summary>Null: larger than any request of this API.</summary>
    internal async Task<ReadOnlyMemory<byte>?> Body()
    {
        var body = new byte[LargestBody + 1];
        var length = await Http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, Http.RequestAborted);
        return length > LargestBody ? default(ReadOnlyMemory<byte>?) : body.AsMemory(0, length);
    }
}
