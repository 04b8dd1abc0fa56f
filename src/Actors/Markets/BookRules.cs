namespace Oddswire.Actors.Markets;

/// <summary>When a book is doubted, and how long each attempt to mend it may take.</summary>
public sealed record BookRules
{
    /// <summary>Nothing of a token for so long, and REST is asked whether anything happened. One that changes often is looked after sooner.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>No sooner than this.</summary>
    public TimeSpan ShortestSilence { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>REST may be ahead of the stream by so much.</summary>
    public TimeSpan Lead { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Hashes that fail come right within 750 ms, or never.</summary>
    public TimeSpan HashPatience { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>A doubt may pass by itself: the rest of a burst is on its way.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a step of the ladder has before the next one is taken.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a lost connection has to come back before REST stands in for it.</summary>
    public TimeSpan Return { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>While REST stands in for the stream, the stream is asked again this often.</summary>
    public TimeSpan Round { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A token without a book is looked for again this often.</summary>
    public TimeSpan Absence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>REST has no book of it and the stream is silent for so long: it has settled, and nobody said so.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Questions to REST are gathered for so long.</summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromMilliseconds(250);
}
