using Oddswire.Simulation.Gateways.Clients;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Books.Readers;

/// <summary>What a reader of books saw.</summary>
internal abstract record ReaderObservation(Reader Reader) : Observation
{
    internal sealed record Connected(Reader Reader, Process Process) : ReaderObservation(Reader)
    {
        public override string ToString() => $"{Reader}  is connected to {Process}";
    }

    internal sealed record Disconnected(Reader Reader, SimLink Link, int? Code) : ReaderObservation(Reader)
    {
        internal override long Mark => Code ?? 0;
        public override string ToString() => $"{Reader}  is disconnected{(Code is { } code ? $" with {code}" : "")}";
    }

    internal sealed record Left(Reader Reader, SimLink? Link, string Token) : ReaderObservation(Reader)
    {
        public override string ToString() => $"{Reader}  leaves {Token}";
    }

    internal sealed record Told(Reader Reader, SimLink Link, MarketTold What) : ReaderObservation(Reader)
    {
        internal override long Mark => What.Text.Length;
        public override string ToString() => $"{Reader}  is told {What.Kind} {What.Token}";
    }
}
