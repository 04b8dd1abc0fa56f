using Oddswire.Runtime.Leases;
using Oddswire.TestKit.Specifications;

namespace Oddswire.Runtime.Tests.Leases;

public sealed class InMemoryLeasesTests : LeasesSpec
{
    public InMemoryLeasesTests() => Leases = new InMemoryLeases(Clock);

    protected override ILeases Leases { get; }
}
