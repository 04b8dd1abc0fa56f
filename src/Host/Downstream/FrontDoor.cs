using Oddswire.Host.Operations;

namespace Oddswire.Host.Downstream;

/// <summary>Which address is whose. The gateway's own first segments win over keys, which is why no key may have such a name.</summary>
internal sealed class FrontDoor(DomeEndpoint dome, OrdersEndpoint orders, GatewayEndpoint gateway, Probes probes, int operationsPort)
{
    internal Task Serve(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (http.Connection.LocalPort == operationsPort)
            return probes.Serve(http, path);
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments switch
        {
            [] => Respond.Text(http, 200, Welcome(http)),
            ["api", "v1", ..] => gateway.Serve(http, string.Join('/', segments[2..])),
            ["v1", "polymarket", "orders"] when HttpMethods.IsGet(http.Request.Method) => orders.Serve(http),
            ["v1", ..] => Respond.Error(http, 404, "NOT_FOUND", "served here: GET /v1/polymarket/orders"),
            ["api" or "ws" or "rtds" or "openapi" or "healthz" or "metrics", ..] =>
                Respond.Error(http, 404, "NOT_FOUND", "served here: ws://host/KEY, GET /v1/polymarket/orders, GET /api/v1/feeds, GET /api/v1/gaps"),
            [var key] => dome.Serve(http, key),
            _ => Respond.Error(http, 404, "NOT_FOUND", "a Dome socket has one path segment, the key: ws://host/KEY"),
        };
    }

    private static string Welcome(HttpContext http) => $"""
        Oddswire, a real-time gateway for prediction markets.

        ws://{http.Request.Host}/KEY                        orders as they are filled, in Dome's protocol (?ext=1: positions, gaps, resume)
        http://{http.Request.Host}/v1/polymarket/orders     the same, as history
        http://{http.Request.Host}/api/v1/feeds             how the upstream connections are
        http://{http.Request.Host}/api/v1/gaps              time that no source covered

        """;
}
