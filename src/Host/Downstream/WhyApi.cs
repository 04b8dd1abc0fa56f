using System.Text.Json;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Why;
using Oddswire.Host.Downstream.Connections;
using Oddswire.Host.Storage;
using Oddswire.Host.Why;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Downstream;

/// <summary>
/// GET /api/v1/why: what became of a fill. A key asks about its own subscriptions; with the scope operate or admin about everybody's.
/// A question looks through the ledger, so only a few are answered at a time.
/// </summary>
internal sealed class WhyApi(Inquiry inquiry)
{
    private const int AtATime = 8;

    private int _busy;

    internal async Task<Answer> Serve(Call call)
    {
        var (question, refusal) = WhyQuestion.Read(call.Query);
        if (question is null)
            return refusal;
        if (Interlocked.Increment(ref _busy) > AtATime)
        {
            Interlocked.Decrement(ref _busy);
            return Answer.Error(503, "BUSY", $"{AtATime} other questions are being answered: ask again in a moment");
        }
        using var answered = new CancellationTokenSource();
        try
        {
            SocketConnection.Watch(call.Http, answered.Token);
            var mayAskAll = call.Caller.May("admin") || call.Caller.May("operate");
            var answer = await inquiry.Answer(question, mayAskAll ? null : call.Caller.Name, call.Http.RequestAborted);
            return Answer.Of(200, json => Write(json, answer));
        }
        catch (Exception e) when (e is StoreUnavailableException or TapeUnavailableException or JournalUnavailableException)
        {
            return Answer.Error(503, "STORE_UNAVAILABLE", e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or FormatException)
        {
            return Answer.Error(503, "STORE_UNAVAILABLE", "an entry of the journal cannot be read: oddswire journal verify");
        }
        finally
        {
            await answered.CancelAsync();
            Interlocked.Decrement(ref _busy);
        }
    }

    internal static void Write(Utf8JsonWriter json, WhyAnswer answer)
    {
        json.WriteStartObject();
        json.WriteString("verdict", JsonNamingPolicy.SnakeCaseLower.ConvertName(answer.Verdict.ToString()));
        json.WriteStartArray("sentences");
        foreach (var sentence in answer.Sentences)
            json.WriteStringValue(sentence);
        json.WriteEndArray();
        json.WriteStartArray("facts");
        foreach (var fact in answer.Facts)
        {
            json.WriteStartObject();
            json.WriteString("time", FeedsJson.Time(fact.Time));
            json.WriteString("what", fact.What);
            json.WriteString("source", fact.Source);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
