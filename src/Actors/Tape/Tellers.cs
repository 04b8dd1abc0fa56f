using Oddswire.Messages.Feeds;

namespace Oddswire.Actors.Tape;

/// <summary>Feeds by a small number and connections by their name: a fill keeps in a few bits who has told of it, and nobody spells a name twice.</summary>
internal sealed class Tellers
{
    // Feeds are configured: there are a few. What is beyond shares the last number, and only its first teller is noted.
    private const int MostFeeds = 32;

    // A feed that redials for years counts its connections on.
    private const int MostNames = 1_000;

    private readonly Dictionary<string, int> _feeds = [];
    private readonly Dictionary<SourceId, (int Feed, string Name)> _names = [];

    internal (int Feed, string Name) Of(SourceId source)
    {
        if (_names.TryGetValue(source, out var known))
            return known;
        if (_names.Count >= MostNames)
            _names.Clear();
        if (!_feeds.TryGetValue(source.Feed, out var feed))
            _feeds.Add(source.Feed, feed = Math.Min(_feeds.Count, MostFeeds - 1));
        return _names[source] = (feed, source.ToString());
    }
}
