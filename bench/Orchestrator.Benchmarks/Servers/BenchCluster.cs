using Orchestrator.PostgreSql;

namespace Orchestrator.Benchmarks.Servers;

/// <summary>Silos on one PostgreSQL, all processes of this machine.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private readonly PostgresServer _postgres;
    private readonly List<BenchSilo> _silos = [];

    private BenchCluster(PostgresServer postgres) => _postgres = postgres;

    public IReadOnlyList<BenchSilo> Silos => _silos;

    /// <summary>Starts them on one core; PostgreSQL stays on this process' cores.</summary>
    public static async Task<BenchCluster> Start(int silos, string folder, int core)
    {
        var cluster = new BenchCluster(await PostgresServer.StartAsync());
        var connection = await cluster._postgres.CreateDatabase("orchestrator");
        for (var i = 0; i < silos; i++)
        {
            // One after the other: the first creates the schema of the database.
            var (silo, _) = await BenchSilo.At(
                ServerProcess.FreeAddress(), Path.Combine(folder, $"silo-{i}"), core, "--Orchestrator:Storage=postgres", $"--ConnectionStrings:Orchestrator={connection}");
            cluster._silos.Add(silo);
        }

        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        await _postgres.DisposeAsync();
    }
}
