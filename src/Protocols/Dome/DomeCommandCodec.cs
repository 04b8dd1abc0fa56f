using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Dome;

/// <summary>Control frames, client to server: read by the gateway, written by its clients and by its own Dome feed.</summary>
public static class DomeCommandCodec
{
    public static bool TryDecode(ReadOnlySpan<byte> frame, int mostValues, [NotNullWhen(true)] out DomeCommand? command, [NotNullWhen(false)] out DomeRefusal? refusal)
    {
        var draft = new DomeCommandDraft(mostValues);
        DomeProblem? problem;
        try
        {
            problem = draft.Read(frame);
        }
        catch (JsonException fault)
        {
            problem = new(DomeError.InvalidFilters, "the frame", "is " + JsonInput.Describe(fault));
        }
        command = null;
        problem ??= draft.Finish(out command);
        refusal = problem is null ? null : new(problem.Error, problem.Message, draft.Action, draft.SubscriptionId);
        return problem is null;
    }

    public static void Encode(DomeCommand command, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        switch (command)
        {
            case DomeCommand.Subscribe(var filter, var from):
                output.Raw("{\"action\":\"subscribe\",\"platform\":\"polymarket\",\"version\":1,\"type\":\"orders\",\"filters\":"u8);
                DomeFilterCodec.Encode(ref output, filter);
                if (from is { } resume)
                {
                    output.Raw(",\"resume\":"u8);
                    output.Quoted(resume);
                }
                output.Raw("}"u8);
                break;
            case DomeCommand.Update(var subscription, var filter):
                EncodeUpdate(ref output, subscription.ToString(), filter);
                break;
            case DomeCommand.Unsubscribe(var subscription):
                EncodeUnsubscribe(ref output, subscription.ToString());
                break;
            case DomeCommand.Acknowledge(var subscription, var position):
                output.Raw("{\"action\":\"ack\",\"subscription_id\":"u8);
                output.Quoted(subscription);
                output.Raw(",\"position\":"u8);
                output.Quoted(position);
                output.Raw("}"u8);
                break;
        }
        output.Done();
    }

    /// <summary>For a server whose ids look different from ours: the id goes back exactly as it came.</summary>
    public static void EncodeUpdate(string subscriptionId, OrderFilter filter, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        EncodeUpdate(ref output, subscriptionId, filter);
        output.Done();
    }

    public static void EncodeUnsubscribe(string subscriptionId, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        EncodeUnsubscribe(ref output, subscriptionId);
        output.Done();
    }

    private static void EncodeUpdate(ref JsonOutput output, string subscriptionId, OrderFilter filter)
    {
        output.Raw("{\"action\":\"update\",\"subscription_id\":"u8);
        output.Text(subscriptionId);
        output.Raw(",\"platform\":\"polymarket\",\"version\":1,\"type\":\"orders\",\"filters\":"u8);
        DomeFilterCodec.Encode(ref output, filter);
        output.Raw("}"u8);
    }

    private static void EncodeUnsubscribe(ref JsonOutput output, string subscriptionId)
    {
        output.Raw("{\"action\":\"unsubscribe\",\"version\":1,\"subscription_id\":"u8);
        output.Text(subscriptionId);
        output.Raw("}"u8);
    }
}
