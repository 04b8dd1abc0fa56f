using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Client.PolymarketUs;

/// <summary>
/// One socket kept alive: wishes are kept here and sent on every connection. A refusal ends the stream of its request; a refused dial that
/// will not get better (401, 403) ends all of them.
/// </summary>
internal sealed class UsWire(UsClientOptions options, ReadOnlyMemory<byte> seed, UsSocket kind) : IAsyncDisposable
{
    private readonly Lock _state = new();
    private readonly Dictionary<string, UsWish> _wishes = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly BouncyEd25519 _ed25519 = new();
    private Channel<ReadOnlyMemory<byte>>? _outbox;
    private Task? _running;
    private DateTimeOffset _heardAt;
    private Exception? _fault;
    private long _requests;

    /// <summary>Behind each reconnect, before the messages of the new connection.</summary>
    public Action<UsGap>? Gap { get; set; }

    /// <summary>Errors that belong to no request.</summary>
    public Action<string>? Error { get; set; }

    /// <summary>A stream that ends with its reader: then the venue is told.</summary>
    public async IAsyncEnumerable<T> Read<T>(
        UsSubscriptionType type, IReadOnlyList<string> slugs, bool debounced, Func<UsFrame, (bool Is, T Message)> read, [EnumeratorCancellation] CancellationToken cancel)
    {
        var wish = Add(id => new UsWish<T>(new UsCommand.Subscribe(id, type, [.. slugs], debounced), options.Buffer, read));
        try
        {
            await foreach (var message in wish.Messages.ReadAllAsync(cancel)) yield return message;
        }
        finally
        {
            Remove(wish);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_running is not null) await _running;
        End(null);
    }

    private TWish Add<TWish>(Func<string, TWish> make) where TWish : UsWish
    {
        lock (_state)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            if (_fault is not null) throw _fault;
            var wish = make((++_requests).ToString(CultureInfo.InvariantCulture));
            _wishes.Add(wish.Request.RequestId, wish);
            Say(wish.Request);
            _running ??= Task.Run(Run);
            return wish;
        }
    }

    private void Remove(UsWish wish)
    {
        wish.End(null);
        lock (_state)
        {
            // A snapshot is over by itself: its id is not known there any more.
            if (_wishes.Remove(wish.Request.RequestId) && wish.Request.Type != UsSubscriptionType.OrderSnapshot) Say(new UsCommand.Unsubscribe(wish.Request.RequestId));
        }
    }

    private void Say(UsCommand command)
    {
        if (_outbox is null) return;
        var frame = new ArrayBufferWriter<byte>();
        UsCommandCodec.Encode(command, UsSpelling.Camel, frame);
        _outbox.Writer.TryWrite(frame.WrittenMemory);
    }

    private async Task Run()
    {
        var backoff = new Backoff(options.FirstDelay, options.LongestDelay, options.Random);
        try
        {
            string? lost = null;
            while (true)
            {
                await using (var socket = await Dial(backoff))
                {
                    var since = options.Time.GetTimestamp();
                    if (lost is not null) Gap?.Invoke(new UsGap(_heardAt, options.Time.GetUtcNow(), lost));
                    _heardAt = options.Time.GetUtcNow();
                    lost = await Serve(socket);
                    backoff.Lasted(options.Time.GetElapsedTime(since));
                }
                await Task.Delay(backoff.Next(null), options.Time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            End(null);
        }
        catch (Exception fault)
        {
            End(fault); // a key that is refused, or a fault of our own: the readers hear of it
        }
    }

    private async Task<IClientSocket> Dial(Backoff backoff)
    {
        while (true)
        {
            TimeSpan? atLeast = null;
            using var patience = new CancellationTokenSource(options.DialTimeout, options.Time);
            using var dialling = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, patience.Token);
            try
            {
                // Signed for each dial: a time is good for half a minute.
                return await options.Dial(options.Address(kind), UsSigning.Sign(options.KeyId, seed.Span, options.Time.GetUtcNow(), kind, _ed25519), dialling.Token);
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested && !_stop.IsCancellationRequested)
            {
                // An upgrade that is never answered.
            }
            catch (DialRefusedException refusal) when (!refusal.IsFinal)
            {
                atLeast = refusal.RetryAfter;
            }
            catch (IOException)
            {
                // Nobody there: again in a while.
            }
            await Task.Delay(backoff.Next(atLeast), options.Time, _stop.Token);
        }
    }

    /// <summary>Until the connection ends, for the reason that is returned.</summary>
    private async Task<string> Serve(IClientSocket socket)
    {
        var outbox = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new() { SingleReader = true });
        lock (_state)
        {
            _outbox = outbox;
            foreach (var wish in _wishes.Values) Say(wish.Request);
        }
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.Time);
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, silence.Token);
        var writing = Write(socket, outbox.Reader, over.Token);
        try
        {
            var frame = new UsFrame();
            while (true)
            {
                silence.CancelAfter(options.Silence);
                if (await socket.Receive(listening.Token) is not { } message) return socket.CloseReason;
                _heardAt = options.Time.GetUtcNow();
                silence.CancelAfter(Timeout.InfiniteTimeSpan); // a reader that takes its time is not the venue's silence
                UsFrameReader.Read(message.Span, kind, frame);
                await Handle(frame);
            }
        }
        catch (IOException fault)
        {
            return fault.Message;
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            return $"nothing was heard for {options.Silence.TotalSeconds:0} s";
        }
        finally
        {
            lock (_state) _outbox = null;
            await over.CancelAsync();
            await writing;
        }
    }

    private static async Task Write(IClientSocket socket, ChannelReader<ReadOnlyMemory<byte>> frames, CancellationToken cancel)
    {
        try
        {
            await foreach (var frame in frames.ReadAllAsync(cancel)) await socket.Send(frame, cancel);
        }
        catch (IOException)
        {
            // The receiving side sees the same end, and the next connection sends every wish anew.
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The connection is over.
        }
    }

    private async Task Handle(UsFrame frame)
    {
        UsWish? wish = null;
        lock (_state)
        {
            if (frame.RequestId is { } id && _wishes.TryGetValue(id, out wish) && frame.Error is not null) _wishes.Remove(id);
        }
        if (frame.Error is { } error && wish is not null) wish.End(new UsRefusedException(error));
        else if ((frame.Error ?? frame.Problem) is { } told) Error?.Invoke(told);
        else if (wish is not null) await wish.Take(frame, _stop.Token);
    }

    private void End(Exception? reason)
    {
        lock (_state)
        {
            _fault = reason;
            foreach (var wish in _wishes.Values) wish.End(reason);
            _wishes.Clear();
        }
    }
}
