using System.Text;
using System.Text.RegularExpressions;
using Oddswire.Actors.Feeds;
using Oddswire.Messages.Feeds;
using Oddswire.Protocols.Polygon;
using Oddswire.Protocols.Tests;

namespace Oddswire.Actors.Tests.Feeds;

/// <summary>Alone, since they look at the memory of the whole process.</summary>
[CollectionDefinition(nameof(ConversationFuzzTests), DisableParallelization = true)]
[Collection(nameof(ConversationFuzzTests))]
public sealed partial class ConversationFuzzTests
{
    // What a conversation may hold on to: times of blocks, questions under way, blocks told.
    private const long MostMemory = 24L * 1024 * 1024;

    private static readonly string[] Garbage =
    [
        "", " ", "hello", "<html>502 Bad Gateway</html>", "{", "[", "[]", "null", "0", "\"\"", "{\"type\":", "\u0000", "PONG", "ping",
        new string('[', 10_000), new string('{', 10_000), "{\"result\":" + new string('[', 5_000), new string('9', 10_000),
        "{\"type\":\"ack\",\"subscription_id\":\"" + new string('x', 100_000) + "\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":99999999999999999999999999,\"result\":\"0x1\"}", "{\"jsonrpc\":\"2.0\",\"id\":-1,\"result\":\"0xffffffffffffffffffffffffffffffffff\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"number\":\"0x7fffffffffffffff\",\"timestamp\":\"0x7fffffffffffffff\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":\"0x7fffffffffffffff\"}", "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":\"-0x1\"}",
    ];

    private static IEnumerable<byte[]> Frames(params IEnumerable<string> goldens) => Fuzz.Frames(goldens).Concat(Garbage.Select(Encoding.UTF8.GetBytes));

    /// <summary>Each frame to the conversation, ticks in between; one that gives up is replaced, as its connection would be.</summary>
    private static void Run(Func<IConversation> converse, IReadOnlyCollection<Interest> wanted, IEnumerable<byte[]> frames)
    {
        var talk = new Talk { Running = 1_000_000 };
        IConversation? conversation = null;
        var (heard, observed, answered) = (0, 0, 0);
        var asked = new Queue<string>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var mutated in frames)
        {
            var frame = asked.TryDequeue(out var id) ? Answering(mutated, id) : mutated;
            if (conversation is null)
            {
                conversation = converse();
                conversation.Opened(wanted, talk);
            }
            try
            {
                conversation.Heard(frame, talk);
                if (++heard % 16 == 0)
                {
                    talk.Running += (long)conversation.TickEvery.TotalMilliseconds;
                    conversation.Tick(talk);
                }
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"frame {heard}: {Convert.ToBase64String(frame)}", fault);
            }
            foreach (var question in talk.Frames.TakeLast(8))
                asked.Enqueue(Number().Match(Encoding.UTF8.GetString(question.Span)).Value);
            while (asked.Count > 64)
                asked.Dequeue();
            (observed, answered) = (observed + talk.Observations.Count, answered + talk.Frames.Count);
            if (talk.Failure is not null)
            {
                conversation = null;
                asked.Clear();
            }
            talk.Clear();
        }
        Assert.True(observed > heard / 500, $"{observed} observations in {heard} frames");
        Assert.True(answered > 0);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostMemory);
        GC.KeepAlive(conversation);
    }

    [Fact]
    public void Whatever_rtds_sends_is_no_exception_and_costs_no_memory() => Run(
        static () => new RtdsConversation(TimeSpan.FromSeconds(5)), [], Frames(Golden.All("rtds")));

    [Fact]
    public void Whatever_a_node_sends_is_no_exception_and_costs_no_memory()
    {
        var cursor = new SweepCursor();
        Run(
            () => new PolygonConversation(new PolygonRules(LogFilter.All, TimeSpan.FromSeconds(5), 1_000, 0), cursor), [],
            Frames(Golden.All("polygon-3").Concat(Golden.All("polygon-4")).Where(static name => !name.Contains("request", StringComparison.Ordinal))));
    }

    [Fact]
    public void Whatever_a_dome_server_sends_is_no_exception_and_costs_no_memory() => Run(
        static () => new DomeConversation(new DomeRules(3, 5, TimeSpan.FromSeconds(30))),
        [Interest.Everything, .. ServerSide.Wallets(1, 20)],
        Frames(Golden.All("dome-4").Concat(Golden.All("dome-5")).Concat(Golden.All("surface-ext"))));

    // The number of an answer in the samples is made to be that of a question, or nothing would be an answer.
    private static byte[] Answering(byte[] frame, string id) =>
        id.Length == 0 ? frame : Encoding.Latin1.GetBytes(Number().Replace(Encoding.Latin1.GetString(frame), id));

    [GeneratedRegex("\"id\":[0-9]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Number();
}
