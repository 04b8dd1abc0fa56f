using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tests;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Protocols.Tests.Dome;

public sealed class DomeCommandCodecTests
{
    private const string Wallet = "0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d";
    private const string Condition = "0x1781a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e";
    private const string Head = """{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":""";

    [Fact]
    public void Each_sample_is_read_and_written_byte_for_byte()
    {
        Same("dome-3-subscribe", new DomeCommand.Subscribe(OrderFilter.Of(WireText.Parse<WalletId>(Wallet))));
        Same("dome-3-update", new DomeCommand.Update(Samples.Subscription, new() { Conditions = Wanted.Of(WireText.Parse<ConditionId>(Condition)) }));
        Same("dome-3-unsubscribe", new DomeCommand.Unsubscribe(WireText.Parse<SubscriptionId>("sub_wjhhq8dny2")));
        Same("surface-ext-subscribe-resume", new DomeCommand.Subscribe(OrderFilter.Everything, new Position(3, 41)));
        Same("surface-ext-ack", new DomeCommand.Acknowledge(Samples.Subscription, new(3, 41)));

        static void Same(string name, DomeCommand command)
        {
            Assert.Equal(command, Decode(Golden.Text(name)));
            Golden.Matches(name, output => DomeCommandCodec.Encode(command, output));
        }
    }

    [Fact]
    public void Any_command_survives_the_wire()
    {
        var subscriptions = Properties.Words.Select(static word => SubscriptionId.Next(new Random((int)word)));
        Gen<DomeCommand> commands = Gen.OneOf(
            from filter in Samples.Filters from resume in Samples.Positions.Select(static position => (Position?)position).Or(Gen.Constant<Position?>(null)) select (DomeCommand)new DomeCommand.Subscribe(filter, resume),
            from id in subscriptions from filter in Samples.Filters select (DomeCommand)new DomeCommand.Update(id, filter),
            subscriptions.Select(static id => (DomeCommand)new DomeCommand.Unsubscribe(id)),
            from id in subscriptions from position in Samples.Positions select (DomeCommand)new DomeCommand.Acknowledge(id, position));

        Properties.Hold(commands, command => Decode(Golden.Written(output => DomeCommandCodec.Encode(command, output))).Equals(command), times: 500);
    }

    [Fact]
    public void Ids_of_other_servers_go_back_as_they_came()
    {
        Assert.Equal(
            Golden.Text("dome-3-unsubscribe").Replace("sub_wjhhq8dny2", "sub_gq5c3resmrq"),
            Golden.Written(output => DomeCommandCodec.EncodeUnsubscribe("sub_gq5c3resmrq", output)));
        Assert.StartsWith(
            """{"action":"update","subscription_id":"a\"b","platform":"polymarket",""",
            Golden.Written(output => DomeCommandCodec.EncodeUpdate("a\"b", OrderFilter.Everything, output)));
    }

    [Theory]
    [InlineData("""{"subscription_id":"sub_wjhhq8dny2","action":"unsubscribe"}""")]
    [InlineData("""{"action":"unsubscribe","subscription_id":"sub_wjhhq8dny2","platform":"polymarket","type":"orders","version":1}""")]
    [InlineData(""" {"action" : "unsubscribe", "version" : 1, "subscription_id" : "sub_wjhhq8dny2", "trace" : {"a":[1,{"b":null}]} } """)]
    [InlineData("""{"\u0061ction":"unsubscr\u0069be","subscription_id":"\u0073ub_wjhhq8dny2"}""")]
    public void Unsubscribe_needs_only_its_id(string frame) =>
        Assert.Equal(new DomeCommand.Unsubscribe(WireText.Parse<SubscriptionId>("sub_wjhhq8dny2")), Decode(frame));

    [Theory]
    [InlineData("""{"users":["0x6031B6EED1C97E853C6E0F03AD3CE3529351F96D","0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d"]}""")]
    [InlineData("""{"users":["\u0030x6031b6eed1c97e853c6e0f03ad3ce3529351f96d"],"condition_ids":null}""")]
    public void Wallets_are_read_in_any_case_and_once(string filters)
    {
        var subscribe = Assert.IsType<DomeCommand.Subscribe>(Decode(Head + filters + "}"));
        Assert.Equal(OrderFilter.Of(WireText.Parse<WalletId>(Wallet)), subscribe.Filter);
        Assert.Single(subscribe.Filter.Users.Values);
    }

    [Theory]
    [InlineData("""{"users":["*"]}""")]
    [InlineData("""{"users":["0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d","*"]}""")]
    [InlineData("""{"users":["\u002a"]}""")]
    public void A_wildcard_wins_over_what_stands_beside_it(string filters) =>
        Assert.Equal(OrderFilter.Everything, Assert.IsType<DomeCommand.Subscribe>(Decode(Head + filters + "}")).Filter);

    [Fact]
    public void Keys_may_come_in_any_order()
    {
        var command = Decode("""{"resume":"3-41","filters":{"market_slugs":["caf\u00e9"]},"type":"orders","version":1,"platform":"polymarket","action":"subscribe"}""");
        Assert.Equal(new DomeCommand.Subscribe(new() { Slugs = Wanted.Of("caf\u00e9") }, new Position(3, 41)), command);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("hello", "not JSON")]
    [InlineData("null", "the frame must be one JSON object")]
    [InlineData("42", "the frame must be one JSON object")]
    [InlineData("[]", "the frame must be one JSON object")]
    [InlineData("""{"action":"subscribe"} {}""", "not JSON")]
    [InlineData("""{"action":"subscribe",}""", "line 1, byte 23")]
    [InlineData("{\n\"action\":}", "line 2, byte 10")]
    [InlineData("{}", "action is missing")]
    [InlineData("""{"action":7}""", "action is unknown")]
    [InlineData("""{"action":"pause"}""", "action is unknown: use \"subscribe\", \"update\" or \"unsubscribe\"")]
    [InlineData("""{"action":"unsubscribe","action":"unsubscribe"}""", "action is there twice")]
    [InlineData("""{"action":"subscribe","version":1,"type":"orders","filters":{"users":["*"]}}""", "platform is missing")]
    [InlineData("""{"action":"subscribe","platform":"kalshi","version":1,"type":"orders","filters":{"users":["*"]}}""", "platform must be \"polymarket\"")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","type":"orders","filters":{"users":["*"]}}""", "version is missing")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":"1","type":"orders","filters":{"users":["*"]}}""", "version must be the number 1")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":2,"type":"orders","filters":{"users":["*"]}}""", "version must be the number 1")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":1e99,"type":"orders","filters":{"users":["*"]}}""", "version must be the number 1")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":1,"filters":{"users":["*"]}}""", "type is missing")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":1,"type":["orders"],"filters":{"users":["*"]}}""", "type must be \"orders\"")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders"}""", "filters is missing")]
    [InlineData("""{"action":"unsubscribe","version":2,"subscription_id":"sub_wjhhq8dny2"}""", "version must be the number 1")]
    [InlineData(Head + "null}", "filters must be an object")]
    [InlineData(Head + "[[{}]]}", "filters must be an object")]
    [InlineData(Head + "{}}", "filters is empty")]
    [InlineData(Head + """{"users":null}}""", "filters is empty")]
    [InlineData(Head + """{"users":[]}}""", "filters.users is empty")]
    [InlineData(Head + """{"wallets":["*"]}}""", "filters has an unknown key \"wallets\"")]
    [InlineData(Head + """{"users":["*"],"users":["*"]}}""", "filters.users is there twice")]
    [InlineData(Head + """{"users":"0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d"}}""", "filters.users must be an array")]
    [InlineData(Head + """{"users":["*",{"a":["b"]}]}}""", "filters.users[1] must be a wallet address")]
    [InlineData(Head + """{"users":["*","*","*","0x12"]}}""", "filters.users[3] must be a wallet address")]
    [InlineData(Head + """{"condition_ids":["0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d"]}}""", "filters.condition_ids[0] must be a condition id")]
    [InlineData(Head + """{"condition_ids":[null]}}""", "filters.condition_ids[0] must be a condition id")]
    [InlineData(Head + """{"market_slugs":[""]}}""", "filters.market_slugs[0] must be a market slug")]
    [InlineData(Head + """{"market_slugs":["\ud800"]}}""", "filters.market_slugs[0] must be a market slug")]
    [InlineData(Head + """{"\ud800":["a"]}}""", "filters has an unknown key")]
    public void What_is_wrong_is_said_with_its_place(string frame, string message)
    {
        var refusal = Refused(frame);
        Assert.Equal(DomeError.InvalidFilters, refusal.Error);
        Assert.Contains(message, refusal.Message);
    }

    [Theory]
    [InlineData("""{"action":"unsubscribe"}""", DomeError.SubscriptionNotFound, "subscription_id is missing")]
    [InlineData("""{"action":"unsubscribe","subscription_id":12}""", DomeError.SubscriptionNotFound, "subscription_id names no subscription")]
    [InlineData("""{"action":"unsubscribe","subscription_id":"nobody"}""", DomeError.SubscriptionNotFound, "subscription_id names no subscription")]
    [InlineData("""{"action":"ack","subscription_id":"sub_wjhhq8dny2"}""", DomeError.PositionUnknown, "position must be")]
    [InlineData("""{"action":"ack","subscription_id":"sub_wjhhq8dny2","position":"41"}""", DomeError.PositionUnknown, "position must be")]
    [InlineData("""{"action":"ack","position":"3-41"}""", DomeError.SubscriptionNotFound, "subscription_id is missing")]
    [InlineData(Head + """{"users":["*"]},"resume":341}""", DomeError.PositionUnknown, "resume must be")]
    public void Ids_and_positions_have_their_own_codes(string frame, DomeError error, string message)
    {
        var refusal = Refused(frame);
        Assert.Equal(error, refusal.Error);
        Assert.Contains(message, refusal.Message);
    }

    [Fact]
    public void A_frame_without_action_that_was_seen_in_the_wild_is_refused() =>
        Assert.StartsWith("action is missing", Refused(Golden.Text("dome-3-deviation-subscribe-without-action")).Message);

    [Fact]
    public void Action_and_id_are_echoed_as_far_as_they_were_readable()
    {
        var refusal = Refused("""{"action":"update","subscription_id":"sub_of another","platform":"kalshi" """);
        Assert.Equal(("update", "sub_of another"), (refusal.Action, refusal.SubscriptionId));

        refusal = Refused($$"""{"action":["update"],"subscription_id":"{{new string('x', 65)}}"}""");
        Assert.Equal((null, null), (refusal.Action, refusal.SubscriptionId));
    }

    [Fact]
    public void More_values_than_the_key_may_have_are_refused_without_being_kept()
    {
        string Frame(int wallets) => Head + "{\"users\":[" + string.Join(',', Enumerable.Repeat($"\"{Wallet}\"", wallets)) + "]}}";

        Assert.True(DomeCommandCodec.TryDecode(Encoding.UTF8.GetBytes(Frame(5)), 5, out _, out _));
        Assert.False(DomeCommandCodec.TryDecode(Encoding.UTF8.GetBytes(Frame(6)), 5, out _, out var refusal));
        Assert.Equal((DomeError.ItemsPerSubLimit, "subscribe"), (refusal.Error, refusal.Action));
        Assert.Contains("filters.users has more than 5 values", refusal.Message);
    }

    [Fact]
    public void A_hundred_thousand_wallets_are_one_frame()
    {
        var filters = new WalletId[100_000];
        for (uint i = 0; i < filters.Length; i++) filters[i] = new(i, 1, i);
        var command = new DomeCommand.Subscribe(OrderFilter.Of(filters));
        Assert.Equal(command, Decode(Golden.Written(output => DomeCommandCodec.Encode(command, output))));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("""{"a":""")]
    public void Nesting_is_limited(string level)
    {
        var refusal = Refused("""{"action":"subscribe","filters":""" + string.Concat(Enumerable.Repeat(level, 50_000)));
        Assert.Contains("nested deeper than", refusal.Message);
    }

    private static DomeCommand Decode(string frame)
    {
        Assert.True(DomeCommandCodec.TryDecode(Encoding.UTF8.GetBytes(frame), 100_000, out var command, out var refusal), refusal?.Message);
        return command;
    }

    private static DomeRefusal Refused(string frame)
    {
        Assert.False(DomeCommandCodec.TryDecode(Encoding.UTF8.GetBytes(frame), 500, out _, out var refusal));
        return refusal;
    }
}
