using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Oddswire.Messages.Tests;

/// <summary>A property over generated values, with a fixed seed: no run is red by luck.</summary>
internal static class Properties
{
    public static void Hold<T>(Gen<T> values, Func<T, bool> property, int times = 500)
    {
        var seed = FSharpOption<Replay>.Some(new Replay(new Rnd(20_261_121UL, 97UL), FSharpOption<int>.None));
        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(times).WithReplay(seed), Prop.ForAll(Arb.From(values), property));
    }

    /// <summary>All of the range, small values and edges more often than chance would give them.</summary>
    public static Gen<ulong> Words { get; } = Gen.Frequency(
        (3, Gen.Choose(0, int.MaxValue).Two().Select(static halves => ((ulong)halves.Item1 << 33) ^ ((ulong)halves.Item2 << 2) ^ (ulong)(halves.Item1 & 3))),
        (1, Gen.Choose(0, 9).Select(static small => (ulong)small)),
        (1, Gen.Elements<ulong>(ulong.MaxValue, ulong.MaxValue - 1, 1UL << 63, long.MaxValue, uint.MaxValue, 1UL << 32)));
}
