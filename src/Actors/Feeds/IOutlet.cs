using Oddswire.Messages.Feeds;
using Oddswire.Runtime;

namespace Oddswire.Actors.Feeds;

/// <summary>Where what a connection hears goes: the stage behind its feed, in that stage's words.</summary>
internal interface IOutlet
{
    /// <summary>From here on the connection covers.</summary>
    /// <param name="chain">Where a chain source takes questions.</param>
    void Up(SourceId source, ActorRef<ChainQuestion>? chain);

    /// <param name="since">When it was last heard (unix milliseconds).</param>
    void Down(SourceId source, long since, string reason);

    /// <summary>What the conversation has just answered.</summary>
    void Carry(SourceId source, Talk talk);
}
