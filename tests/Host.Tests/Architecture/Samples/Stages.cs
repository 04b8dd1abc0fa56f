// A tree like src/Actors in small, with one crossing of each kind: it shows that the looks of StageTests find them.

namespace Oddswire.Host.Tests.Architecture.Samples
{
    internal static class Topology
    {
        public static object Wire() => new Left.Alone(new Right.Neighbour());
    }

    internal interface IShared;

    internal static class ActorSystem
    {
        public static int Ask() => 1;
    }
}

namespace Oddswire.Host.Tests.Architecture.Samples.Left
{
    internal sealed class Alone(IShared port)
    {
        public override string ToString() => $"{port}";
    }

    internal sealed class Holding
    {
        public List<Right.Neighbour[]>? Neighbours { get; init; }
    }

    internal static class Calling
    {
        public static Func<object> Later() => () => new Right.Neighbour();
    }

    internal static class Awaiting
    {
        public static async Task<int> Answer() => await Right.Neighbour.Answer() + 1;
    }

    internal static class Wiring
    {
        public static object Again() => Topology.Wire();
    }

    internal static class Asking
    {
        public static IEnumerable<int> Questions()
        {
            yield return ActorSystem.Ask();
        }
    }
}

namespace Oddswire.Host.Tests.Architecture.Samples.Right
{
    internal sealed class Neighbour : IShared
    {
        public static Task<int> Answer() => Task.FromResult(1);
    }
}
