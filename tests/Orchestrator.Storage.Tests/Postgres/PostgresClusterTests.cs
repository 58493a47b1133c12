using Npgsql;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Tests.Contracts;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>What the silos of a cluster share.</summary>
public sealed class PostgresClusterTests(SharedServer shared) : ClusterContract
{
    private OpenLog? open;
    private PostgresLogHead? head;
    private string? database;

    public override async ValueTask DisposeAsync()
    {
        head!.Dispose();
        await open!.DisposeAsync();
    }

    [Fact]
    public async Task A_node_that_was_silent_for_an_hour_is_forgotten_and_a_guard_keeps_its_age()
    {
        var (nodes, guards) = (new PostgresNodeRegistry(open!.Store), new PostgresGuardStore(open.Store));
        await nodes.Report(new NodeReport("a", "silo", "1", "", 1, 1, null, TimeSpan.Zero, true));
        await guards.Renew(["r"]);
        await using var source = NpgsqlDataSource.Create(database!);
        await source.CreateCommand("UPDATE orchestrator.nodes SET reported = reported - interval '61 minutes'; UPDATE orchestrator.guards SET renewed = renewed - interval '2 days'").ExecuteNonQueryAsync();

        Assert.Empty(await nodes.All());
        Assert.True((await guards.Ages())["r"] >= TimeSpan.FromDays(2));
    }

    [Fact]
    public async Task The_head_tells_the_timeline_that_a_restore_has_set()
    {
        await using var source = NpgsqlDataSource.Create(database!);
        await source.CreateCommand("UPDATE orchestrator.meta SET value = value::bigint + 1 WHERE key = 'timeline'").ExecuteNonQueryAsync();

        Assert.Equal(new LogHead(2, 0), head!.Read(Some.Patience));
    }

    protected override async Task<(IEventLog Log, ILogHead Head, IGuardStore Guards, INodeRegistry Nodes, Meta Meta)> Open()
    {
        database = await shared.Database();
        open = await OpenLog.On(database);
        head = new PostgresLogHead(open.Store.Settings);
        return (open.Log, head, new PostgresGuardStore(open.Store), new PostgresNodeRegistry(open.Store), new PostgresMeta(open.Store));
    }
}
