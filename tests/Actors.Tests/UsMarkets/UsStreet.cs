using System.Globalization;
using System.Text;
using System.Text.Json;
using Oddswire.Actors.Ports;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulator;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.Venues.PolymarketUs;
using Oddswire.Simulator.World;
using Oddswire.TestKit;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Oddswire.Actors.Tests.UsMarkets;

/// <summary>The stand-in's Polymarket US on a test's clock: its door looks at every signature.</summary>
internal sealed class UsStreet : Street, IUpstream
{
    private readonly TestSystem _kit;

    internal UsStreet(TestSystem kit, int seed, int markets, UsRules? rules = null) : base(kit.Clock, Settings(seed, markets, rules)) => _kit = kit;

    /// <summary>The first is busy, the others have about one change a second.</summary>
    internal IReadOnlyList<string> Slugs => field ??= [.. StandIn.Us.Markets.Select(static market => market.Slug)];

    /// <summary>When the gateway dialled, in seconds.</summary>
    internal List<double> Dials { get; } = [];

    internal SocketVenue Venue(string name = "us-markets") => StandIn.Venues.OfType<SocketVenue>().Single(venue => venue.Name == name);

    internal void Strike(FaultKind kind, double? seconds = null, Func<Fault, Fault>? with = null, string venue = "us-markets") => Strike(venue, kind, seconds, with);

    /// <summary>What is subscribed now, as the venue sees it: by connection and request, each type and slug.</summary>
    internal List<(int Connection, string Request, string Type, string Slug)> Subscribed(string venue = "us-markets")
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            Venue(venue).WriteSubscriptions(json);
            json.WriteEndArray();
        }
        return [.. from one in JsonElement.Parse(bytes.ToArray()).EnumerateArray()
                   from slug in one.GetProperty("market_slugs").EnumerateArray().Select(static slug => slug.GetString()!).DefaultIfEmpty("")
                   select (one.GetProperty("connection").GetInt32(), one.GetProperty("request_id").GetString()!, one.GetProperty("subscription_type").GetString()!["SUBSCRIPTION_TYPE_".Length..], slug)];
    }

    /// <summary>As the gateway signs: for each dial, at the time that its clock says.</summary>
    internal static KeyValuePair<string, string>[] Sign(DateTimeOffset now, UsSocket socket)
    {
        var (seed, signature) = (Convert.FromBase64String(UsKey.DemoSecret), new byte[64]);
        var timestamp = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var message = UsSigning.Message(timestamp, "GET", UsSigning.PathOf(socket));
        Ed25519.Sign(seed, 0, message, 0, message.Length, signature, 0);
        return [new(UsHeaders.AccessKeyName, "demo-us"), new(UsHeaders.TimestampName, timestamp), new(UsHeaders.SignatureName, Convert.ToBase64String(signature))];
    }

    /// <summary>Somebody who is no gateway, and misses nothing: what the venue says to him.</summary>
    internal Witness Look(UsSubscriptionType type, params string[] slugs)
    {
        var (wire, type_) = (new Witness(), type);
        var headers = Sign(ManualClock.Epoch + _kit.Clock.Elapsed, UsSocket.Markets).ToDictionary();
        var connection = Use(standIn => standIn.Open("us-markets", new Dial("", name => headers.GetValueOrDefault(name)), wire)).Connection!;
        var frame = new System.Buffers.ArrayBufferWriter<byte>();
        UsCommandCodec.Encode(new UsCommand.Subscribe("witness", type_, [.. slugs]), UsSpelling.Camel, frame);
        Use(_ => connection.Receive(new ClientFrame(ClientFrameKind.Text, frame.WrittenSpan.ToArray())));
        wire.Connection = connection;
        return wire;
    }

    public ValueTask<IUpstreamSocket> Dial(UpstreamAddress address, CancellationToken cancel)
    {
        Dials.Add(_kit.Clock.Elapsed.TotalSeconds);
        var headers = address.Headers.ToDictionary();
        var venue = address.Url.AbsolutePath == UsSigning.PrivatePath ? "us-private" : "us-markets";
        return StreetSocket.Open(this, venue, new Dial(address.Url.AbsolutePath, name => headers.GetValueOrDefault(name)), static () => new TaskCompletionSource<IUpstreamSocket>().Task);
    }

    private static SimulatorSettings Settings(int seed, int markets, UsRules? rules)
    {
        var world = new WorldSettings { Seed = seed, Rate = WorldSettings.LowestRate, Books = false, Markets = 1, BusyMarkets = 1, WindowMarkets = 0, UsMarkets = markets };
        return new SimulatorSettings { World = world, Us = rules ?? new UsRules() };
    }

    internal sealed class Witness : IWire
    {
        private readonly UsFrame _frame = new();

        internal Connection? Connection { get; set; }

        /// <summary>Slug and payload, as they came.</summary>
        internal List<(string Slug, string Payload)> Told { get; } = [];

        void IWire.Send(in ServerFrame frame)
        {
            if (frame.Kind is not FrameKind.Text)
                return;
            var bytes = frame.Payload();
            UsFrameReader.Read(bytes, UsSocket.Markets, _frame);
            var slug = _frame.Kind switch
            {
                UsFrameKind.MarketData => _frame.Book.Slug,
                UsFrameKind.MarketDataLite => _frame.Lite.Slug,
                UsFrameKind.Trade => _frame.Trade.Slug,
                _ => null,
            };
            if (slug is not null)
                Told.Add((slug, Encoding.UTF8.GetString(bytes.AsSpan()[_frame.Payload])));
        }
    }
}
