using Orchestrator.PostgreSql;
using Orchestrator.Storage.Tests.Postgres;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>One server for every test that does no harm to it; each test class takes a database of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private PostgresServer? _server;

    public PostgresServer Server => _server ?? throw new InvalidOperationException("Not started.");

    /// <summary>A new database, with time-outs for a machine that is busy with other tests.</summary>
    public async Task<string> Database() => await Server.CreateDatabase() + ";Timeout=30;Command Timeout=60";

    public async ValueTask InitializeAsync() => _server = await PostgresServer.StartAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
