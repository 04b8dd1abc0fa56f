namespace Oddswire.Simulator.Venues.Polygon;

// An error that goes back to the caller in JSON-RPC form.
internal sealed class RpcException : Exception
{
    public RpcException() { }
    public RpcException(string message) : base(message) { }
    public RpcException(string message, Exception cause) : base(message, cause) { }

    public RpcException(int code, string message) : base(message) => Code = code;

    public int Code { get; } = -32603;

    public static RpcException InvalidParams(string message) => new(-32602, message);
}
