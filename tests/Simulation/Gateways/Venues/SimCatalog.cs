using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Gamma;
using Oddswire.Simulation.Worlds;
using Oddswire.Simulator.Venues;

namespace Oddswire.Simulation.Gateways.Venues;

/// <summary>The metadata API, asked as the host asks it: page by page, with a deadline.</summary>
internal sealed class SimCatalog(Process process, Street street) : ICatalogSource
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Random _random = process.World.Seed.For($"{process} catalog");

    public async ValueTask<ImmutableArray<KeyValuePair<TokenId, MarketText>>> Find(ImmutableArray<TokenId> tokens, CancellationToken cancel)
    {
        var found = ImmutableArray.CreateBuilder<KeyValuePair<TokenId, MarketText>>();
        string? after = null;
        do
        {
            var body = await Get(GammaRequest.MarketsOf(tokens.AsSpan(), after));
            if (!GammaPageCodec.TryDecode(body.Span, out var page, out var problem))
                throw new CatalogFailedException(problem);
            foreach (var token in page.Tokens)
            {
                if (tokens.Contains(token.Token))
                    found.Add(new(token.Token, token.Market));
            }
            after = page.Next;
        }
        while (after is not null);
        return found.DrainToImmutable();
    }

    private Task<ReadOnlyMemory<byte>> Get(string address)
    {
        var answered = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var question = Question(address);
        var asked = TimeSpan.FromMilliseconds(_random.LogUniform(1, 120));
        process.World.After(asked, () =>
        {
            var answer = street.Use(standIn => standIn.Ask("gamma", question));
            var isLate = answer.Fate == AnswerFate.Hangs || answer.Delay > Timeout;
            process.World.After(isLate ? Timeout : answer.Delay, () => Answer(answered, answer, isLate));
        });
        return answered.Task;
    }

    private void Answer(TaskCompletionSource<ReadOnlyMemory<byte>> answered, HttpAnswer answer, bool isLate)
    {
        if (!process.Alive)
            return;
        if (isLate)
            answered.SetException(new CatalogFailedException("no answer in time"));
        else if (answer.Fate == AnswerFate.Dropped || answer.Status != 200)
            answered.SetException(new CatalogFailedException($"HTTP {answer.Status}"));
        else
            answered.SetResult(answer.Fate == AnswerFate.Half ? answer.Body[..(answer.Body.Length / 2)] : answer.Body);
    }

    private static HttpQuestion Question(string address)
    {
        var parts = address.Split('?', 2);
        var query = parts[1].Split('&')
            .Select(static pair => pair.Split('=', 2))
            .Select(static pair => KeyValuePair.Create(pair[0], Uri.UnescapeDataString(pair[1])));
        return new HttpQuestion("GET", parts[0], [.. query], "oddswire/1", default);
    }
}

/// <summary>The metadata API did not answer, or not with what it should.</summary>
internal sealed class CatalogFailedException : Exception
{
    public CatalogFailedException() { }
    public CatalogFailedException(string message) : base(message) { }
    public CatalogFailedException(string message, Exception cause) : base(message, cause) { }
}
