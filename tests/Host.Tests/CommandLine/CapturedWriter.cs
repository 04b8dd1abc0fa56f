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
    public async Task<string> Line(string text, CancellationToken cancellation)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                var all = _text.ToString();
                var found = all.IndexOf(text, StringComparison.Ordinal);
                if (found >= 0 && all.IndexOf('\n', found) >= 0) return all;
                more = _more.Task;
            }
            await more.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, cancellation);
        }
    }
}
