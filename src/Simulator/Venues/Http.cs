using System.Text;

namespace Oddswire.Simulator.Venues;

// A request to a venue's HTTP side; Path is what follows the venue's own segment.
public sealed record HttpQuestion(string Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Query, string UserAgent, ReadOnlyMemory<byte> Body)
{
    public Func<string, string?> Header { get; init; } = static _ => null;

    public IEnumerable<string> All(string name) => Query.Where(pair => pair.Key == name).Select(pair => pair.Value);

    public string? One(string name) => All(name).FirstOrDefault();
}

public enum AnswerFate { Sent, Half, Dropped, Hangs }

public sealed record HttpAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    public string ContentType { get; init; } = "application/json";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public AnswerFate Fate { get; init; }

    public TimeSpan Delay { get; init; }

    public static HttpAnswer Text(int status, string body) =>
        new(status, Encoding.UTF8.GetBytes(body)) { ContentType = "text/plain; charset=utf-8" };
}

public interface IAnswersHttp
{
    HttpAnswer Answer(HttpQuestion question);
}
