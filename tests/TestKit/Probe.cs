using Oddswire.Runtime;

namespace Oddswire.TestKit;

/// <summary>An ordinary actor that keeps what it gets, for a test to look at.</summary>
public sealed class Probe<TMessage>
{
    private readonly Queue<TMessage> _received = [];
    private readonly TestSystem _kit;

    internal Probe(TestSystem kit, string name)
    {
        _kit = kit;
        Ref = kit.System.Spawn(Props.Of(() => new Keeper(_received)), name);
    }

    public ActorRef<TMessage> Ref { get; }

    public static implicit operator ActorRef<TMessage>(Probe<TMessage> probe) => probe.Ref;

    /// <summary>The next message, which must be a <typeparamref name="T"/>.</summary>
    public T Expect<T>() where T : TMessage
    {
        _kit.Settle();
        if (!_received.TryDequeue(out var message))
            throw new ProbeException($"'{Ref.Path}' expected {typeof(T).Name} and got nothing.");
        return message is T expected
            ? expected
            : throw new ProbeException($"'{Ref.Path}' expected {typeof(T).Name} and got {message}.");
    }

    public void Expect(TMessage expected)
    {
        var message = Expect<TMessage>();
        if (!EqualityComparer<TMessage>.Default.Equals(message, expected))
            throw new ProbeException($"'{Ref.Path}' expected {expected} and got {message}.");
    }

    public void ExpectNothing()
    {
        _kit.Settle();
        if (_received.TryPeek(out var message))
            throw new ProbeException($"'{Ref.Path}' expected nothing and got {message}.");
    }

    /// <summary>Everything that has arrived since the last look.</summary>
    public IReadOnlyList<TMessage> Drain()
    {
        _kit.Settle();
        var all = _received.ToArray();
        _received.Clear();
        return all;
    }

    private sealed class Keeper(Queue<TMessage> received) : Actor<TMessage>
    {
        protected internal override ValueTask Receive(TMessage message)
        {
            received.Enqueue(message);
            return default;
        }
    }
}

/// <summary>A probe did not see what the test expects.</summary>
public sealed class ProbeException : Exception
{
    public ProbeException() { }
    public ProbeException(string message) : base(message) { }
    public ProbeException(string message, Exception cause) : base(message, cause) { }
}
