using System.Text.Json;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests;

// A stand-in in virtual time, and clients on wires in memory.
internal sealed class StandInRun
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, 500, TimeSpan.Zero);

    public StandInRun(WorldSettings? settings = null) : this(new SimulatorSettings { World = settings ?? new WorldSettings() })
    {
    }

    public StandInRun(SimulatorSettings settings) => StandIn = new StandIn(settings, Start);

    public StandIn StandIn { get; }

    public SimulatedWorld World => StandIn.World;

    public StandInRun Run(double seconds)
    {
        StandIn.Advance(StandIn.Now + TimeSpan.FromSeconds(seconds));
        return this;
    }

    public Client Connect(string venue, string path = "") => Connect(venue, Dial.To(path));

    public Client Connect(string venue, Dial dial) => new(this, venue, dial);

    public HttpAnswer Post(string body) =>
        StandIn.Ask("polygon", new HttpQuestion("POST", "", [], "test", System.Text.Encoding.UTF8.GetBytes(body)));

    public HttpAnswer Get(string path, params (string Name, string Value)[] query) =>
        StandIn.Ask("gamma", new HttpQuestion("GET", path, [.. query.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))], "test", default));

    public static JsonElement Json(HttpAnswer answer) => JsonElement.Parse(answer.Body.Span);
}

internal sealed class Client : IWire
{
    private readonly StandInRun _run;

    public Client(StandInRun run, string venue, Dial dial)
    {
        _run = run;
        Handshake = run.StandIn.Open(venue, dial, this);
    }

    public Handshake Handshake { get; }

    public Connection Connection => Handshake.Connection!;

    public List<(DateTimeOffset At, ServerFrame Frame)> Frames { get; } = [];

    public IEnumerable<string> Texts => Frames.Where(frame => frame.Frame.Kind == FrameKind.Text).Select(frame => System.Text.Encoding.UTF8.GetString(frame.Frame.Payload()));

    // Data frames alone, parsed.
    public IReadOnlyList<JsonElement> Data =>
        [.. Frames.Where(frame => frame.Frame.Role == FrameRole.Data && frame.Frame.Kind == FrameKind.Text).Select(frame => JsonElement.Parse(frame.Frame.Payload()))];

    public ServerFrame Last => Frames[^1].Frame;

    void IWire.Send(in ServerFrame frame) => Frames.Add((_run.StandIn.Now, frame));

    public Client Say(string text)
    {
        Connection.Receive(ClientFrame.Text(text));
        return this;
    }

    // Says it, and returns the one frame that answers.
    public JsonElement Ask(string text)
    {
        Frames.Clear();
        Say(text);
        return JsonElement.Parse(Assert.Single(Frames).Frame.Payload());
    }
}
