using Npgsql;
using Orchestrator.PostgreSql;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>The server of the tests really makes the faults that other tests rely on.</summary>
public sealed class PostgresServerTests
{
    [Fact]
    public async Task Data_survive_a_stop_a_kill_and_a_hang()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var source = NpgsqlDataSource.Create(await server.CreateDatabase("kept"));
        await source.CreateCommand("CREATE TABLE t AS SELECT 1 AS x").ExecuteNonQueryAsync();

        await server.Restart();
        await server.Execute("INSERT INTO t VALUES (2)", "kept");
        await server.Kill();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => server.Execute("SELECT 1"));
        await server.Start();
        await server.Execute("INSERT INTO t VALUES (3)", "kept");
        server.Pause();
        var waiting = server.Execute("INSERT INTO t VALUES (4)", "kept");
        server.Continue();
        await waiting.WaitAsync(Some.Patience);
        server.Pause();
        await server.Kill();
        await server.Start();

        source.Clear();
        Assert.Equal(4L, await source.CreateCommand("SELECT count(*) FROM t").ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_server_that_hangs_answers_no_caller()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString() + ";Command Timeout=1;Cancellation Timeout=-1;Timeout=1");
        await using var connection = await source.OpenConnectionAsync();

        server.Pause();

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => new NpgsqlCommand("SELECT 1", connection).ExecuteScalarAsync());
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await source.OpenConnectionAsync());
    }
}
