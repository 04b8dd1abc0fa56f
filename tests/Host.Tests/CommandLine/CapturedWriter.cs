using System.Text;
using Oddswire.TestKit;

namespace Oddswire.Host.Tests.CommandLine;

/// <summary>Keeps what a verb prints, and lets a test wait for it.</summary>
internal sealed class CapturedWriter : TextWriter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private readonly Changes _lines = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (_lock) _text.Append(value);
        if (value == '\n') _lines.Tell();
    }

    public override string ToString()
    {
        lock (_lock) return _text.ToString();
    }

    /// <summary>Everything that was printed, once a line with this text has been.</summary>
    public Task<string> Line(string text, CancellationToken cancellation) => Until(
        all => all.IndexOf(text, StringComparison.Ordinal) is var found and >= 0 && all.IndexOf('\n', found) >= 0, cancellation);

    /// <summary>Everything that was printed, once it is what is waited for; for as long as lines come within five seconds of each other.</summary>
    public async Task<string> Until(Predicate<string> isThere, CancellationToken cancellation)
    {
        while (true)
        {
            var more = _lines.Next;
            var all = ToString();
            if (isThere(all)) return all;
            await more.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, cancellation);
        }
    }
}
