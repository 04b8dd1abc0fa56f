using Oddswire.Actors.Ports;
using Oddswire.Host.Storage.Postgres;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Postgres;

public sealed class PostgresTracesTests : TracesSpec, IAsyncLifetime
{
    private readonly PostgresSchemaOfTest _schema = new();
    private ITraces? _traces;

    protected override ITraces Traces => _traces!;

    public async ValueTask InitializeAsync() => _traces = new PostgresTraces(await _schema.Open(), Bounds, Clock);

    public ValueTask DisposeAsync() => _schema.DisposeAsync();
}
