using System.Collections.Immutable;

namespace Oddswire.Host.Storage.Retention;

// Up to where a stream was cut, and the hash of the last entry that went: the chain goes on from it.
// Ended: nothing of the stream is left, and nothing will follow. Time: when it was cut, in unix milliseconds.
internal sealed record StreamBase(string Stream, long Through, ImmutableArray<byte> Hash, long Time, bool Ended = false);
