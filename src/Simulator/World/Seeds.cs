using System.Buffers.Binary;
using System.Text;

namespace Oddswire.Simulator.World;

// Everything random here comes from one seed. Each purpose has its own stream, so that one draw more in one of them
// does not shift the others; what has to be the same after a restart (wallets, markets) is derived, not drawn.
public static class Seeds
{
    public static Random Fork(long seed, string purpose) =>
        new(BinaryPrimitives.ReadInt32LittleEndian(Derive(seed, purpose)));

    public static byte[] Derive(long seed, string purpose) => Keccak.Hash(Encoding.UTF8.GetBytes($"{seed}:{purpose}"));
}
