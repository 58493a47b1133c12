using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Routing;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Shared;
using Orleans.Serialization;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>The one door, and what stands on it when it does not open.</summary>
public sealed class PostgresStorageTests(SharedServer shared)
{
    private const string Secret = "correct-horse";

    [Fact]
    public async Task Everything_is_behind_the_door()
    {
        await using var services = new ServiceCollection().AddSerializer().AddPostgresStorage(await shared.Database())
            .BuildServiceProvider();

        await services.GetRequiredService<IEventLog>().Appended(Some.Stream(), 0, Some.Events(2));
        Assert.Equal(new LogHead(1, 2), services.GetRequiredService<ILogHead>().Read(Some.Patience));
        Assert.Empty(await services.GetRequiredService<IGuardStore>().Ages());
        Assert.Empty(await services.GetRequiredService<INodeRegistry>().All());
        Assert.Null(await services.GetRequiredService<InstallationFacts>().Get("clock.anchor"));
        Assert.IsType<MartenGrainStorage>(services.GetRequiredKeyedService<IGrainStorage>("Default"));
    }

    [Fact]
    public async Task Several_processes_may_open_a_new_database_at_once()
    {
        var database = await shared.Database();

        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => PostgresStore.Open(database))));

        foreach (var store in stores)
        {
            Assert.Equal(SchemaUpgrade.Steps, await store.Query("SELECT name FROM orchestrator.schema_steps ORDER BY name", row => row.GetString(0), CancellationToken.None));
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_host_without_its_database_does_not_start()
    {
        var started = false;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHostedService(_ => new Starting(() => started = true));
        builder.Services.AddPostgresStorage(shared.Server.ConnectionString("nowhere"));
        using var host = builder.Build();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.StartAsync());

        Assert.False(started);
    }

    [Fact]
    public async Task A_server_that_is_not_there()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();

        var said = await Refused($"Host=127.0.0.1;Port={port};Database=d;Username=u;Password={Secret}");

        Assert.StartsWith($"PostgreSQL at 127.0.0.1:{port} (ConnectionStrings:Orchestrator) cannot be reached: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password()
    {
        var said = await Refused(shared.Server.ConnectionString(password: Secret));

        Assert.Contains("refuses the user 'postgres': user or password in ConnectionStrings:Orchestrator is wrong", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_missing()
    {
        var said = await Refused(shared.Server.ConnectionString("nowhere"));

        Assert.Contains("has no database 'nowhere': create it, or correct ConnectionStrings:Orchestrator.", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"Host=a;Pasword={Secret}")]
    [InlineData($"Host=a;Port={Secret}")]
    [InlineData($"{Secret}")]
    public async Task Something_that_is_no_connection_string(string connectionString)
    {
        Assert.StartsWith("ConnectionStrings:Orchestrator is no connection string", await Refused(connectionString), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_without_the_right_to_create_the_schema_until_he_owns_one()
    {
        var (name, database) = await Restricted();

        var said = await Refused(database);
        Assert.Contains($"The user '{name}' of ConnectionStrings:Orchestrator lacks rights in the database {name} (", said, StringComparison.Ordinal);
        Assert.Contains($"CREATE SCHEMA orchestrator AUTHORIZATION \"{name}\".", said, StringComparison.Ordinal);

        await shared.Server.Execute($"CREATE SCHEMA orchestrator AUTHORIZATION \"{name}\"", name);
        await using var log = await OpenLog.On(database);
        await log.Log.Appended(Some.Stream(), 0, Some.Events(1));
    }

    [Fact]
    public async Task A_user_who_may_only_read_and_write_opens_what_another_user_has_upgraded()
    {
        var (name, database) = await Restricted();
        await (await PostgresStore.Open(shared.Server.ConnectionString(name))).DisposeAsync();
        Assert.Contains("lacks rights", await Refused(database), StringComparison.Ordinal);

        await shared.Server.Execute(
            $"""
            GRANT USAGE ON SCHEMA orchestrator TO "{name}";
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA orchestrator TO "{name}";
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA orchestrator TO "{name}";
            """, name);
        await using var log = await OpenLog.On(database);
        await log.Log.Appended(Some.Stream(), 0, Some.Events(1));
    }

    [Fact]
    public async Task A_database_of_a_newer_build()
    {
        var database = await shared.Database();
        await (await PostgresStore.Open(database)).DisposeAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await source.CreateCommand("INSERT INTO orchestrator.schema_steps (name) VALUES ('999-later')").ExecuteNonQueryAsync();

        Assert.Contains("was upgraded by a newer build, which also applied 999-later", await Refused(database), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_schema()
    {
        var database = await shared.Database();
        await using var source = NpgsqlDataSource.Create(database);
        await source.CreateCommand("CREATE SCHEMA orchestrator; CREATE TABLE orchestrator.mt_events (x int)").ExecuteNonQueryAsync();

        Assert.Contains("of another program, or of a build before the first release", await Refused(database), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upgrade_that_was_interrupted_is_finished_by_the_next_start()
    {
        var database = await shared.Database();
        await (await PostgresStore.Open(database)).DisposeAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await source.CreateCommand("DELETE FROM orchestrator.schema_steps; DROP TABLE orchestrator.meta, orchestrator.guards, orchestrator.nodes, "
            + "orchestrator.cluster_member, orchestrator.cluster_version, orchestrator.OrleansQuery, orchestrator.people, orchestrator.snapshots, orchestrator.snapshot_parts, orchestrator.signals").ExecuteNonQueryAsync();

        await using var log = await OpenLog.On(database);
        await log.Log.Appended(Some.Stream(), 0, Some.Events(1));
    }

    private static async Task<string> Refused(string connectionString)
    {
        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => PostgresStore.Open(connectionString));
        Assert.DoesNotContain(Secret, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Contains("ConnectionStrings:Orchestrator", refused.Message, StringComparison.Ordinal);
        return refused.Message;
    }

    /// <summary>A database and a user of the same name, who may connect to it and nothing more.</summary>
    private async Task<(string Name, string Database)> Restricted()
    {
        var name = "r" + Guid.NewGuid().ToString("N");
        await shared.Server.CreateDatabase(name);
        await shared.Server.Execute($"CREATE ROLE \"{name}\" LOGIN PASSWORD '{Secret}'");
        return (name, shared.Server.ConnectionString(name, name, Secret));
    }

    private sealed class Starting(Action start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
