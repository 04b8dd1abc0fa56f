using System.Globalization;
using Oddswire.Simulator.Venues;

namespace Oddswire.Simulator.Faults;

// The same kinds on a request and its answer. Kinds that touch pushed frames (mute, lose, duplicate, reorder) and a
// freeze that keeps its pongs leave requests alone.
public static class HttpFaults
{
    public static HttpAnswer Answer(VenueFaults faults, IAnswersHttp venue, HttpQuestion question)
    {
        if (!faults.Any) return venue.Answer(question);
        if ((faults.Handshake(FaultKind.Hang) ?? faults.Handshake(FaultKind.Freeze)) is not null) return Lost(AnswerFate.Hangs);
        if ((faults.Handshake(FaultKind.Drop) ?? faults.Handshake(FaultKind.Close) ?? faults.Handshake(FaultKind.AcceptThenClose)) is not null) return Lost(AnswerFate.Dropped);
        if (faults.Handshake(FaultKind.Status) is { } status) return Refused(status.Fault);
        if (faults.Handshake(FaultKind.Garbage) is { } garbage) return new HttpAnswer(200, Noise.Bytes(garbage));
        if (faults.Handshake(FaultKind.Text) is not null) return HttpAnswer.Text(200, "upstream connect error or disconnect/reset before headers");
        var answer = venue.Answer(question);
        if (faults.Handshake(FaultKind.HalfFrame) is not null) answer = answer with { Fate = AnswerFate.Half };
        if (faults.Handshake(FaultKind.Delay) is { } delay) answer = answer with { Delay = delay.Fault.By };
        return answer;
    }

    private static HttpAnswer Lost(AnswerFate fate) => new(0, default) { Fate = fate };

    private static HttpAnswer Refused(Fault fault)
    {
        var answer = HttpAnswer.Text(fault.Status, fault.Reason.Length > 0 ? fault.Reason : "refused by a fault");
        return fault.RetryAfter is { } seconds
            ? answer with { Headers = [new("Retry-After", seconds.ToString(CultureInfo.InvariantCulture))] }
            : answer;
    }
}
