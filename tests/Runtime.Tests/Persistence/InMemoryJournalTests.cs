using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.TestKit.Specifications;

namespace Oddswire.Runtime.Tests.Persistence;

public sealed class InMemoryJournalTests : JournalSpec
{
    private readonly InMemoryLeases _leases = new(TimeProvider.System);

    public InMemoryJournalTests() => Journal = new InMemoryJournal(_leases);

    protected override IJournal Journal { get; }
    protected override ILeases Leases => _leases;
}
