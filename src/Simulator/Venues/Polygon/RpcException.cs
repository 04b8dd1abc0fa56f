namespace Oddswire.Simulator.Venues.Polygon;

// An error that goes back to the caller in JSON-RPC form.
internal sealed class RpcException : Exception
{
    public RpcException(int code, string message) : base(message) => Code = code;

    public RpcException() : this(-32603, "internal error")
    {
    }

    public RpcException(string message) : this(-32603, message)
    {
    }

    public RpcException(string message, Exception innerException) : base(message, innerException) => Code = -32603;

    public int Code { get; }

    public static RpcException InvalidParams(string message) => new(-32602, message);
}
