using System.Globalization;
using System.Numerics;

namespace Oddswire.Simulator.World;

// One outcome of a market: what is traded.
public sealed class OutcomeToken
{
    internal OutcomeToken(Market market, int index, string label, BigInteger id)
    {
        Market = market;
        Index = index;
        Label = label;
        Id = id.ToString(CultureInfo.InvariantCulture);
        Word = Word.Of(id);
    }

    public Market Market { get; }

    public int Index { get; }

    public string Label { get; }

    public string Id { get; }

    public Word Word { get; }

    public OutcomeToken Other => Market.Tokens[1 - Index];

    // In ten-thousandths of a dollar; nothing while it was never traded.
    public int? LastTrade { get; internal set; }

    // In ten-thousandths of a dollar; the two outcomes of a market add up to one.
    public int Mid => Index == 0 ? Market.Mid : Market.One - Market.Mid;
}
