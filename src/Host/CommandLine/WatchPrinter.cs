using System.Buffers;
using System.Text;
using System.Text.Json;
using Oddswire.Client;
using Oddswire.Host.Operations;
using Oddswire.Messages.Orders;
using Oddswire.Protocols.Dome;

namespace Oddswire.Host.CommandLine;

/// <summary>What a client hears, one line each: for a person, or as an object of the protocol's own shape for a program.</summary>
internal sealed class WatchPrinter(TextWriter output, bool json)
{
    internal async Task Print(ClientEvent heard)
    {
        await output.WriteLineAsync(json ? Json(heard) : Line(heard));
        await output.FlushAsync(CancellationToken.None);
    }

    private static string Line(ClientEvent heard) => heard switch
    {
        ClientEvent.Filled filled => $"{FillText.Time(filled.Fill)}  {FillText.Of(filled.Fill)}  {filled.Position?.ToString() ?? "no position"}{Marks(filled.Marks)}",
        ClientEvent.Confirmed confirmed => $"confirmed  {confirmed.Position}  block {confirmed.Fill.Block}",
        ClientEvent.Removed removed => $"removed    {removed.Position}  the chain took it back: {removed.Tx}{(removed.LogIndex is { } index ? $" log {index}" : "")}",
        ClientEvent.CaughtUp caught => $"live again at {caught.Position}",
        ClientEvent.GapChanged { Gap: var gap } => $"gap {gap.State.ToString().ToLowerInvariant()}  {Time(gap.From)} to {(gap.To is { } to ? Time(to) : "now")}  {gap.Source}: {FillText.Printable(gap.Reason)}",
        ClientEvent.Disconnected gone => $"disconnected: {FillText.Printable(gone.Reason)}",
        ClientEvent.Reconnected => "reconnected",
        ClientEvent.ResumeRefused refused => $"what was missed is not kept any more ({refused.Code}): going on live, with a hole before this line",
        ClientEvent.SubscriptionRefused refused => $"the gateway refuses the subscription: {refused.Code} {FillText.Printable(refused.Message)}",
        _ => heard.GetType().Name,
    };

    private static string Marks(EventMarks marks) => $"{(marks.HasFlag(EventMarks.Late) ? "  late" : "")}{(marks.HasFlag(EventMarks.Replayed) ? "  replayed" : "")}";

    private static string Json(ClientEvent heard)
    {
        var line = new ArrayBufferWriter<byte>();
        if (heard is ClientEvent.GapChanged changed)
        {
            DomeReplyCodec.EncodeGap(changed.Gap, line);
            return Encoding.UTF8.GetString(line.WrittenSpan);
        }
        using (var to = new Utf8JsonWriter(line))
        {
            to.WriteStartObject();
            Write(to, heard);
            to.WriteEndObject();
        }
        return Encoding.UTF8.GetString(line.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter to, ClientEvent heard)
    {
        switch (heard)
        {
            case ClientEvent.Filled filled:
                to.WriteString("type", "event");
                to.WriteString("position", filled.Position?.ToString());
                if (filled.Marks.HasFlag(EventMarks.Late)) to.WriteBoolean("late", true);
                if (filled.Marks.HasFlag(EventMarks.Replayed)) to.WriteBoolean("replayed", true);
                Data(to, filled.Fill);
                break;
            case ClientEvent.Confirmed confirmed:
                to.WriteString("type", "gateway.confirmed");
                to.WriteString("position", confirmed.Position.ToString());
                Data(to, confirmed.Fill);
                break;
            case ClientEvent.Removed removed:
                to.WriteString("type", "gateway.removed");
                to.WriteString("position", removed.Position.ToString());
                to.WriteString("tx_hash", removed.Tx.ToString());
                if (removed.LogIndex is { } index)
                    to.WriteNumber("log_index", index);
                else
                    to.WriteNull("log_index");
                break;
            case ClientEvent.CaughtUp caught:
                to.WriteString("type", "gateway.live");
                to.WriteString("position", caught.Position.ToString());
                break;
            case ClientEvent.Disconnected gone:
                to.WriteString("type", "client.disconnected");
                to.WriteString("reason", gone.Reason);
                break;
            case ClientEvent.Reconnected:
                to.WriteString("type", "client.reconnected");
                break;
            case ClientEvent.ResumeRefused refused:
                to.WriteString("type", "client.resume_refused");
                to.WriteString("error", refused.Code);
                to.WriteString("oldest", refused.Oldest?.ToString());
                break;
            case ClientEvent.SubscriptionRefused refused:
                to.WriteString("type", "client.subscription_refused");
                to.WriteString("error", refused.Code);
                to.WriteString("message", refused.Message);
                break;
        }
    }

    private static void Data(Utf8JsonWriter to, Fill fill)
    {
        var data = new ArrayBufferWriter<byte>(1024);
        DomeEventCodec.EncodeData(fill, data);
        to.WritePropertyName("data");
        to.WriteRawValue(data.WrittenSpan);
    }

    private static string Time(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).ToString("HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture);
}
