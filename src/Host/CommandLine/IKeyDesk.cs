using Oddswire.Host.Downstream;

namespace Oddswire.Host.CommandLine;

/// <summary>Where keys are handed out: a running gateway, or a store that none has open. Both answer in the words of the HTTP API.</summary>
internal interface IKeyDesk : IAsyncDisposable
{
    Task<Answer> Add(ReadOnlyMemory<byte> request, CancellationToken cancel);
    Task<Answer> List(CancellationToken cancel);
    Task<Answer> Revoke(string name, CancellationToken cancel);
}

/// <summary>The keys of a running gateway.</summary>
internal sealed class RemoteKeyDesk(GatewayClient gateway) : IKeyDesk
{
    public Task<Answer> Add(ReadOnlyMemory<byte> request, CancellationToken cancel) => gateway.Send(HttpMethod.Post, "keys", request, cancel);

    public Task<Answer> List(CancellationToken cancel) => gateway.Send(HttpMethod.Get, "keys", null, cancel);

    public Task<Answer> Revoke(string name, CancellationToken cancel) => gateway.Send(HttpMethod.Delete, $"keys/{Uri.EscapeDataString(name)}", null, cancel);

    public ValueTask DisposeAsync()
    {
        gateway.Dispose();
        return default;
    }
}
