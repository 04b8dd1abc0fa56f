using System.Text;
using System.Text.Json;
using Oddswire.Actors.Why;
using Oddswire.Host.Downstream;
using Oddswire.Host.Why;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Host.Tests.Why;

/// <summary>The question as it comes in, and the answer as it goes out.</summary>
public sealed class WhyQuestionTests
{
    private const string Hash = "0x4c6f000000000000000000000000000000000000000000000000000000000001";
    private const string Wallet = "0x7099000000000000000000000000000000000001";

    private static (WhyQuestion? Question, Answer Refusal) Read(string query)
    {
        var given = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('=')).ToDictionary(static pair => pair[0], static pair => pair[1]);
        return WhyQuestion.Read(name => given.GetValueOrDefault(name, ""));
    }

    [Theory]
    [InlineData("position=3-41&subscription=sub_0123456789", "offset 41")]
    [InlineData("position=41&wallet=" + Wallet, "offset 41")]
    [InlineData("tx=" + Hash + "&wallet=" + Wallet, "transaction " + Hash)]
    [InlineData("tx=" + Hash + "&log_index=7&wallet=" + Wallet, "transaction " + Hash + " log 7")]
    [InlineData("order=" + Hash + "&wallet=" + Wallet, "order " + Hash)]
    public void A_fill_has_several_names(string query, string words) => Assert.Equal(words, Read(query).Question!.Words);

    [Theory]
    [InlineData("", "tx")]
    [InlineData("wallet=" + Wallet, "tx")]
    [InlineData("tx=" + Hash + "&position=3-41&wallet=" + Wallet, "tx")]
    [InlineData("tx=" + Hash, "subscription")]
    [InlineData("tx=" + Hash + "&wallet=" + Wallet + "&subscription=sub_0123456789", "subscription")]
    [InlineData("tx=0x1&wallet=" + Wallet, "tx")]
    [InlineData("order=" + Wallet + "&wallet=" + Wallet, "order")]
    [InlineData("position=-1&wallet=" + Wallet, "position")]
    [InlineData("position=99999999999999999999&wallet=" + Wallet, "position")]
    [InlineData("tx=" + Hash + "&subscription=mine", "subscription")]
    [InlineData("tx=" + Hash + "&wallet=0x1", "wallet")]
    [InlineData("tx=" + Hash + "&log_index=x&wallet=" + Wallet, "log_index")]
    [InlineData("position=3-41&log_index=1&wallet=" + Wallet, "log_index")]
    public void A_wrong_question_is_told_what_is_wrong(string query, string field)
    {
        var (question, refusal) = Read(query);
        Assert.Null(question);
        var body = JsonElement.Parse(refusal.Body.Span);
        Assert.Equal((400, "INVALID_FIELD", field), (refusal.Status, body.GetProperty("error").GetString(), body.GetProperty("field").GetString()));
    }

    [Fact]
    public void The_answer_is_these_bytes() => Assert.Equal(
        """{"verdict":"not_written","sentences":["It matched.","It's kept."],"facts":[{"time":"2026-01-01T00:00:00.500Z","what":"numbered 3-41","source":"tape"}]}""",
        Written(new WhyAnswer(WhyVerdict.NotWritten, ["It matched.", "It's kept."], [new WhyFact(1_767_225_600_500, "numbered 3-41", "tape")])));

    [Fact]
    public void The_verdicts_have_the_names_that_programs_rely_on() => Assert.Equal(
        ["delivered", "not_matched", "not_subscribed", "before_start", "gap", "paused", "limit", "slow", "removed", "unknown_fill", "not_written"],
        Enum.GetValues<WhyVerdict>().Select(static verdict => JsonElement.Parse(Written(new WhyAnswer(verdict, [], []))).GetProperty("verdict").GetString()));

    private static string Written(WhyAnswer answer) => Encoding.UTF8.GetString(Answer.Of(200, json => WhyApi.Write(json, answer)).Body.Span);
}
