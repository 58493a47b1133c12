using Orchestrator.PostgreSql;
using Orchestrator.Silo.Tests.Cluster;

[assembly: AssemblyFixture(typeof(ClusterDatabase))]

namespace Orchestrator.Silo.Tests.Cluster;

/// <summary>One PostgreSQL for the tests that do it no harm, started by the first that asks.</summary>
public sealed class ClusterDatabase : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresServer>> _server = new(() => PostgresServer.StartAsync(fsync: false));

    /// <summary>The settings of a node on a new database.</summary>
    public async Task<string[]> New() => Settings(await (await _server.Value).CreateDatabase());

    public static string[] Settings(string connection) => ["--Orchestrator:Storage=postgres", $"--ConnectionStrings:Orchestrator={connection}"];

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
