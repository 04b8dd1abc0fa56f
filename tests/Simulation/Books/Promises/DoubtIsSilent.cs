using Oddswire.Simulation.Books.Readers;
using Oddswire.Simulation.Gateways.Clients;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Books.Promises;

/// <summary>Who was told that a book is in doubt is told nothing of it until it is said to be whole again.</summary>
internal sealed class DoubtIsSilent : Invariant
{
    private readonly HashSet<(SimLink, string)> _doubted = [];

    internal override void On(Observation seen)
    {
        if (seen is ReaderObservation.Left { Link: { } left } leaving)
            _doubted.Remove((left, leaving.Token));
        if (seen is ReaderObservation.Told told)
            Hear(told);
    }

    /// <summary>Changes of a market are told whole to who follows one of its tokens: of what he does not follow, nothing is promised.</summary>
    private void Hear(ReaderObservation.Told told)
    {
        var (link, what) = (told.Link, told.What);
        switch (what.Kind)
        {
            case "gateway.stale" when told.Reader.Wanted.ContainsKey(what.Token!):
                _doubted.Add((link, what.Token!));
                break;
            case "gateway.resync":
                _doubted.Remove((link, what.Token!));
                break;
            case "book" when _doubted.Contains((link, what.Token!)):
                Fail($"{told.Reader} gets a book of {what.Token}, which is in doubt");
                break;
            case "price_change" when what.Changes.FirstOrDefault(change => _doubted.Contains((link, change.Token))) is { Token: { } token }:
                Fail($"{told.Reader} gets changes of {token}, which is in doubt");
                break;
        }
    }
}
