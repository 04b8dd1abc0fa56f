namespace Oddswire.Host.Downstream;

/// <summary>Which address of the public port is whose. The gateway's own first segments win over keys, which is why no key may have such a name.</summary>
internal sealed class FrontDoor(
    DomeEndpoint dome, KeylessEndpoint rtds, KeylessEndpoint books, KeylessEndpoint user, UsEndpoint usMarkets, UsEndpoint usPrivate, OrdersEndpoint orders, GatewayEndpoint gateway)
{
    internal Task Serve(HttpContext http)
    {
        var segments = (http.Request.Path.Value ?? "/").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments switch
        {
            [] => Respond.Text(http, 200, Welcome(http)),
            ["api", "v1", ..] => gateway.Serve(http, segments[2..]),
            ["v1", "polymarket", "orders"] when HttpMethods.IsGet(http.Request.Method) => orders.Serve(http),
            ["v1", "ws", "markets"] => usMarkets.Serve(http),
            ["v1", "ws", "private"] => usPrivate.Serve(http),
            ["v1", ..] => Respond.Error(http, 404, "NOT_FOUND", "served here: GET /v1/polymarket/orders, ws://host/v1/ws/markets, ws://host/v1/ws/private"),
            ["ws", "user"] => user.Serve(http, null),
            ["ws", "market"] => books.Serve(http, null),
            [not ("api" or "v1" or "ws" or "rtds" or "openapi" or "healthz" or "metrics"), "ws", "market"] => books.Serve(http, segments[0]),
            ["rtds"] => rtds.Serve(http, null),
            [not ("api" or "v1" or "ws" or "rtds" or "openapi" or "healthz" or "metrics"), "rtds"] => rtds.Serve(http, segments[0]),
            ["openapi", "v1.json"] => Respond.Json(http, 200, OpenApi.Document),
            ["healthz" or "metrics", ..] => Respond.Error(http, 404, "NOT_FOUND", "probes and metrics are on the operations port (operations.port, 8081 unless set)"),
            ["api" or "ws" or "rtds" or "openapi", ..] =>
                Respond.Error(http, 404, "NOT_FOUND", "served here: ws://host/KEY, ws://host/ws/market, ws://host/ws/user, ws://host/rtds, ws://host/v1/ws/markets, ws://host/v1/ws/private, GET /v1/polymarket/orders, /api/v1, GET /openapi/v1.json"),
            [var key] => dome.Serve(http, key),
            _ => Respond.Error(http, 404, "NOT_FOUND", "a Dome socket has one path segment, the key: ws://host/KEY"),
        };
    }

    private static string Welcome(HttpContext http)
    {
        var (host, s) = (http.Request.Host, http.Request.IsHttps ? "s" : "");
        return $"""
            Oddswire, a real-time gateway for prediction markets.

            ws{s}://{host}/KEY                        orders as they are filled, in Dome's protocol (?ext=1: positions, gaps, resume)
            ws{s}://{host}/ws/market                  order books, in the protocol of Polymarket's CLOB (?ext=1: stale, gap, resync)
            ws{s}://{host}/ws/user                    orders and trades of an account, in the same protocol (keys add --clob)
            ws{s}://{host}/rtds                       the same as Polymarket's activity feed (where a key is wanted: /KEY/rtds)
            ws{s}://{host}/v1/ws/markets              books and trades of Polymarket US, in its protocol (keys add --ed25519)
            ws{s}://{host}/v1/ws/private              orders, positions and balances of an account there
            http{s}://{host}/v1/polymarket/orders     the same, as history
            http{s}://{host}/api/v1/feeds             how the upstream connections are
            http{s}://{host}/api/v1/gaps              time that no source covered
            http{s}://{host}/api/v1/keys              who may connect (scope admin)
            http{s}://{host}/openapi/v1.json          all of that as an OpenAPI document

            HTTP wants a key too: curl -H 'Authorization: Bearer KEY' http{s}://{host}/api/v1/feeds
            """ + "\n";
    }
}
