using System.Text;

namespace Oddswire.Host.Tests.CommandLine;

/// <summary>Keeps what a verb prints, and lets a test wait for it.</summary>
internal sealed class CapturedWriter : TextWriter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (_lock)
        {
            _text.Append(value);
            if (value != '\n') return;
            _more.SetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
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
            Task more;
            lock (_lock)
            {
                var all = _text.ToString();
                if (isThere(all)) return all;
                more = _more.Task;
            }
            await more.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, cancellation);
        }
    }
}
