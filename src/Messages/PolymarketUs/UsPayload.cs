namespace Oddswire.Messages.PolymarketUs;

/// <summary>
/// What stands behind the payload's key in a frame of the venue: made once, and the same bytes for everybody. Whoever sends it writes the rest of
/// the frame, with the request id of his own client.
/// </summary>
/// <param name="camel">As today's venue writes it.</param>
/// <param name="respell">From that to snake_case: done when the first one wants it.</param>
public sealed class UsPayload(ReadOnlyMemory<byte> camel, Func<ReadOnlyMemory<byte>, byte[]> respell)
{
    private byte[]? _snake;

    public ReadOnlyMemory<byte> Camel => camel;

    /// <summary>Two that want it at the same moment may both make it: the bytes are the same.</summary>
    public ReadOnlyMemory<byte> Snake => Volatile.Read(ref _snake) ?? Made();

    private byte[] Made()
    {
        var made = respell(camel);
        Volatile.Write(ref _snake, made);
        return made;
    }
}
