using System.Collections.Immutable;
using Oddswire.Messages.Ledger;

namespace Oddswire.Actors.Ports;

/// <summary>Which streams of the journal have grown, and the hash that each ends with now.</summary>
public interface IChangedStreams
{
    /// <summary>Those since the last call, by name.</summary>
    ImmutableArray<StreamHead> Take();
}

/// <summary>Of a journal without hashes: there is nothing to write down.</summary>
public sealed class NoChangedStreams : IChangedStreams
{
    public ImmutableArray<StreamHead> Take() => [];
}
