namespace Oddswire.Host.Operations;

/// <summary>The last log lines, for a screen that they would otherwise tear apart.</summary>
internal sealed class LogTail
{
    private const int Most = 6;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = [];

    internal void Add(string line)
    {
        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Most)
                _lines.Dequeue();
        }
    }

    internal string[] Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }
}
