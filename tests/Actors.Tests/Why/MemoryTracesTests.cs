using Oddswire.Actors.Ports;
using Oddswire.Actors.Why;
using Oddswire.TestKit.Specifications;

namespace Oddswire.Actors.Tests.Why;

public sealed class MemoryTracesTests : TracesSpec
{
    public MemoryTracesTests() => Traces = new MemoryTraces(Bounds, Clock);

    protected override ITraces Traces { get; }
}
