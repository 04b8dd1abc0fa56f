namespace Oddswire.Benchmarks.Measuring;

/// <summary>All contestants take turns, round after round; the first rounds warm up and are not kept.</summary>
internal sealed class Rounds
{
    private readonly Dictionary<Contestant, List<Sample>> _samples = [];

    internal static async Task<Rounds> Of(int warmUp, int rounds, params IReadOnlyList<Contestant> contestants)
    {
        var all = new Rounds();
        foreach (var contestant in contestants)
            all._samples[contestant] = [];
        for (var round = 0; round < warmUp + rounds; round++)
        {
            foreach (var contestant in contestants)
            {
                var sample = await contestant.Round();
                if (round >= warmUp)
                    all._samples[contestant].Add(sample);
            }
        }
        return all;
    }

    internal Series PerSecond(Contestant of) => new([.. _samples[of].Select(static sample => sample.PerSecond)]);
    internal Series CpuEach(Contestant of) => new([.. _samples[of].Select(static sample => sample.CpuNanosecondsEach)]);
    internal Series BytesEach(Contestant of) => new([.. _samples[of].Select(static sample => sample.BytesEach)]);
}
