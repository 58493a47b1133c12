using Npgsql;
using Orchestrator.Domain.People;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Routing;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Shared;
using Orchestrator.Storage.Tests.Contracts;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>State that the silos of a cluster share.</summary>
public sealed class PostgresClusterTests(SharedServer shared) : ClusterContract
{
    private OpenLog? _open;
    private PostgresLogHead? _head;
    private string? _database;

    public override async ValueTask DisposeAsync()
    {
        _head!.Dispose();
        await _open!.DisposeAsync();
    }

    [Fact]
    public async Task A_node_that_was_silent_for_an_hour_is_forgotten_and_a_guard_keeps_its_age()
    {
        var (nodes, guards) = (new PostgresNodeRegistry(_open!.Store), new PostgresGuardStore(_open.Store));
        await nodes.Report(new NodeReport("a", "silo", "1", "", 1, 1, null, TimeSpan.Zero, true));
        await guards.Renew(["r"]);
        await using var source = NpgsqlDataSource.Create(_database!);
        await source.CreateCommand("UPDATE orchestrator.nodes SET reported = reported - interval '61 minutes'; UPDATE orchestrator.guards SET renewed = renewed - interval '2 days'").ExecuteNonQueryAsync();

        Assert.Empty(await nodes.All());
        Assert.True((await guards.Ages())["r"] >= TimeSpan.FromDays(2));
    }

    /// <summary>The database's clock was ahead by that much, for as long as one report took.</summary>
    [Theory]
    [InlineData("1 hour")]
    [InlineData("30 days")]
    public async Task A_guard_and_a_node_of_a_database_clock_that_was_ahead_do_not_look_alive(string ahead)
    {
        var (nodes, guards) = (new PostgresNodeRegistry(_open!.Store), new PostgresGuardStore(_open.Store));
        await nodes.Report(new NodeReport("a", "silo", "1", "", 1, 1, null, TimeSpan.Zero, true));
        await guards.Renew(["r"]);
        await using var source = NpgsqlDataSource.Create(_database!);
        await source.CreateCommand($"UPDATE orchestrator.nodes SET reported = reported + interval '{ahead}'; UPDATE orchestrator.guards SET renewed = renewed + interval '{ahead}'").ExecuteNonQueryAsync();

        Assert.All(await nodes.All(), node => Assert.True(node.Age > TimeSpan.FromMinutes(59)));
        Assert.True((await guards.Ages())["r"] > TimeSpan.FromMinutes(59));

        await guards.Renew(["r"]);
        Assert.InRange((await guards.Ages())["r"], TimeSpan.Zero, Some.Patience);
    }

    [Fact]
    public async Task Sketches_of_users_reach_the_other_nodes_and_end_with_their_hours()
    {
        var people = new PostgresPeopleStore(_open!.Store);
        StoredPeople Sketch(string rollout, long hour, byte value, string? segment = null) =>
            new(rollout, new PeopleOf(segment, PeopleKind.New, hour, [1, 7, 0, value]));
        static string Text(PeopleNews news) => string.Join(' ', news.Counts
            .Select(one => $"{one.Rollout}/{one.Count.Segment}/{one.Count.Kind}/{one.Count.Hour}/{one.Count.Users[3]}").Order(StringComparer.Ordinal));

        await people.Keep("a", []);
        await people.Keep("a", [Sketch("r", 100, 3), Sketch("r", 100, 4, "eu"), Sketch("r", 99, 5)]);
        await people.Keep("b", [Sketch("r", 100, 9)]);
        await people.Keep("a", [Sketch("r", 100, 6)]);

        // The first reading has its own of an earlier start.
        var first = await people.Since("a", null);
        Assert.Equal("r//New/100/6 r//New/100/9 r//New/99/5 r/eu/New/100/4", Text(first));
        Assert.Equal("r//New/100/9", Text(await people.Since("a", first.Mark)));
        Assert.Equal("r//New/100/6 r//New/99/5 r/eu/New/100/4", Text(await people.Since("b", first.Mark)));
        Assert.Equal("", Text(await people.Since("b", first.Mark + 60_000)));

        // More than one statement holds, and hours that are over.
        await people.Keep("a", [.. Enumerable.Range(0, 1_200).Select(i => Sketch($"r{i}", 101, 1))]);
        await people.Forget(100);
        Assert.Equal(1_200, (await people.Since("b", null)).Counts.Count);
    }

    [Fact]
    public async Task The_database_says_what_its_clock_says() =>
        Assert.InRange(await new PostgresClock(_open!.Store).Now() - TimeProvider.System.GetUtcNow(), -Some.Patience, Some.Patience);

    [Fact]
    public async Task The_head_tells_the_timeline_that_a_restore_has_set()
    {
        await using var source = NpgsqlDataSource.Create(_database!);
        await source.CreateCommand("UPDATE orchestrator.meta SET value = value::bigint + 1 WHERE key = 'timeline'").ExecuteNonQueryAsync();

        Assert.Equal(new LogHead(2, 0), _head!.Read(Some.Patience));
    }

    protected override async Task<(IEventLog Log, ILogHead Head, IGuardStore Guards, INodeRegistry Nodes, InstallationFacts Facts)> Open()
    {
        _database = await shared.Database();
        _open = await OpenLog.On(_database);
        _head = new PostgresLogHead(_open.Store.Settings);
        return (_open.Log, _head, new PostgresGuardStore(_open.Store), new PostgresNodeRegistry(_open.Store),
            new PostgresInstallationFacts(_open.Store));
    }
}
