using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulation.Worlds;
using Oddswire.Simulator.Venues;

namespace Oddswire.Simulation.Books.Venues;

/// <summary>The venue's REST, asked as the host asks it: with a deadline.</summary>
internal sealed class SimBooks(Process process, Street street) : IBookSource
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Random _random = process.World.Seed.For($"{process} books");

    public async ValueTask<ImmutableArray<BookSeed>> Find(ImmutableArray<TokenId> tokens, CancellationToken cancel)
    {
        var body = new ArrayBufferWriter<byte>();
        ClobRestCodec.EncodeBooks(tokens.AsSpan(), body);
        var answer = await Ask(new HttpQuestion("POST", "/books", [], "oddswire/1", body.WrittenMemory.ToArray()));
        return ClobRestCodec.TryDecodeBooks(answer.Span, out var books, out var problem) ? books : throw new BooksUnansweredException(problem);
    }

    private Task<ReadOnlyMemory<byte>> Ask(HttpQuestion question)
    {
        var answered = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.World.After(Latency(), () =>
        {
            var answer = street.Use(standIn => standIn.Ask(BookWorkload.Venue, question));
            var isLate = answer.Fate == AnswerFate.Hangs || answer.Delay > Timeout;
            process.World.After(isLate ? Timeout : answer.Delay + Latency(), () => Answer(answered, answer, isLate));
        });
        return answered.Task;
    }

    private void Answer(TaskCompletionSource<ReadOnlyMemory<byte>> answered, HttpAnswer answer, bool isLate)
    {
        if (!process.Alive)
            return;
        if (isLate)
            answered.SetException(new BooksUnansweredException("no answer in time"));
        else if (answer.Fate == AnswerFate.Dropped || answer.Status != 200)
            answered.SetException(new BooksUnansweredException($"HTTP {answer.Status}"));
        else
            answered.SetResult(answer.Fate == AnswerFate.Half ? answer.Body[..(answer.Body.Length / 2)] : answer.Body);
    }

    private TimeSpan Latency() => TimeSpan.FromMilliseconds(_random.LogUniform(0.5, 60));
}

/// <summary>REST did not answer, or not with what it should.</summary>
internal sealed class BooksUnansweredException : Exception
{
    public BooksUnansweredException() { }
    public BooksUnansweredException(string message) : base(message) { }
    public BooksUnansweredException(string message, Exception cause) : base(message, cause) { }
}
