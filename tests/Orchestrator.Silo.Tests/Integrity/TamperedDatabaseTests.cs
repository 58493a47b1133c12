using Npgsql;
using Orchestrator.Silo.Tests.Cluster;

namespace Orchestrator.Silo.Tests.Integrity;

/// <summary>The same in the rows of a real PostgreSQL.</summary>
public sealed class TamperedDatabaseTests(ClusterDatabase database)
{
    [Theory]
    [InlineData(Change.Edit, 2)]
    [InlineData(Change.Drop, 2)]
    [InlineData(Change.Reorder, 2)]
    [InlineData(Change.Insert, 3)]
    public async Task A_start_finds_a_changed_stream_of_every_kind_and_holds_it(Change change, long version)
    {
        var settings = await database.New();
        await using var silo = await SiloHost.Start(settings: ["--Orchestrator:Cluster:Drain=0s", .. settings]);
        var (_, evaluation) = await Everything.Make(silo);
        Assert.True(await Everything.OnNew(silo, evaluation));
        await Tamper(settings, Everything.Streams, change);

        await silo.Restart();

        var verified = await silo.Admin.GetAsync("/api/v1/verify").Json();
        Assert.Equal(Everything.Streams, Everything.Broken(verified));
        Assert.All(verified.GetProperty("broken").EnumerateArray(), one => Assert.Equal(version, one.GetProperty("version").GetInt64()));
        var alarms = await Everything.Alarms(silo.Admin);
        Assert.All(Everything.Streams, stream => Assert.Contains(alarms, alarm => alarm.Contains($"Stream {stream} was changed", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Change.Edit)]
    [InlineData(Change.Cut)]
    public async Task Every_node_that_verifies_takes_the_users_of_a_changed_rollout_off_new(Change change)
    {
        await using var cluster = await TestCluster.Start(database, 2);
        var (_, evaluation) = await Everything.Make(cluster.Silos[0]);
        foreach (var node in cluster.Nodes)
        {
            await TestCluster.Until(node.Admin, "/api/v1/rollouts/r1", r => r.GetProperty("status").GetString() == "running");
            Assert.True(await Everything.OnNew(node, evaluation));
        }

        await Tamper(cluster.Settings, ["rollout/r1"], change);

        foreach (var node in cluster.Nodes)
        {
            Assert.Equal(["rollout/r1"], Everything.Broken(await node.Admin.GetAsync("/api/v1/verify").Json()));
            Assert.False(await Everything.OnNew(node, evaluation));
        }
    }

    [Theory]
    [InlineData("UPDATE orchestrator.mt_events SET data = '{}' WHERE stream_id = 'rollout/r1' AND version = 2")]
    [InlineData("UPDATE orchestrator.mt_events SET data = data || '{\"Schema\": \"one\"}' WHERE stream_id = 'rollout/r1' AND version = 2")]
    [InlineData("UPDATE orchestrator.mt_events SET data = data - 'Hash' WHERE stream_id = 'rollout/r1' AND version = 1")]
    public async Task A_row_that_cannot_be_read_any_more_holds_its_stream_and_no_other(string sql)
    {
        var settings = await database.New();
        await using var silo = await SiloHost.Start(settings: ["--Orchestrator:Cluster:Drain=0s", .. settings]);
        var (_, evaluation) = await Everything.Make(silo);
        await using (var connection = new NpgsqlConnection(Connection(settings)))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        await silo.Restart();

        Assert.Equal(["rollout/r1"], Everything.Broken(await silo.Admin.GetAsync("/api/v1/verify").Json()));
        Assert.NotEqual(true, await Everything.OnNew(silo, evaluation));
    }

    private static async Task Tamper(string[] settings, string[] streams, Change change)
    {
        foreach (var stream in streams)
        {
            await Tampering.Postgres(Connection(settings), stream, change);
        }
    }

    private static string Connection(string[] settings)
    {
        const string Setting = "--ConnectionStrings:Orchestrator=";
        return settings.Single(one => one.StartsWith(Setting, StringComparison.Ordinal))[Setting.Length..];
    }
}
