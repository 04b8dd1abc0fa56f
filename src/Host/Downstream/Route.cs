using System.Buffers;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.Features;
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

    /// <summary>Null: larger than such a request ever is. Memory grows with what comes, not with what may come.</summary>
    internal async Task<ReadOnlyMemory<byte>?> Body(int most = LargestBody)
    {
        if (Http.Request.ContentLength > most)
            return null;
        if (Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;        // counted below
        var body = new ArrayBufferWriter<byte>();
        while (body.WrittenCount <= most)
        {
            var count = await Http.Request.Body.ReadAsync(body.GetMemory(16 << 10), Http.RequestAborted);
            if (count == 0)
                return body.WrittenMemory;
            body.Advance(count);
        }
        return null;
    }
}
