using System.Collections.Immutable;
using Oddswire.Messages.Hubs;
using Oddswire.Runtime.Patterns;

namespace Oddswire.Messages.Sessions;

public abstract partial record SessionMessage
{
    /// <summary>
    /// What of a batch is for this session: these places of it for one subscription, and <see cref="More"/> of it for others, or by another hub.
    /// It is all of its share, and comes once for each batch. Whoever has read it gives it back to the <see cref="Letterbox"/> that it came from.
    /// </summary>
    public sealed record Share : SessionMessage, IDeadLetterSuppression
    {
        private static readonly Batch Nothing = new(0, []);

        public Batch Batch { get; private set; } = Nothing;
        public Route? Route { get; private set; }
        public ImmutableArray<int> Places { get; private set; } = [];
        public Share? More { get; private set; }

        internal void Write(Batch batch, Route route, ImmutableArray<int> places, Share? more) =>
            (Batch, Route, Places, More) = (batch, route, places, more);

        /// <summary>A client that gets nothing for hours keeps no batch.</summary>
        internal void Clear() => (Batch, Route, Places) = (Nothing, null, []);
    }
}
