using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Tests.Rollouts;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Snapshots;
using Orchestrator.Silo.Tests.Cluster;
using Orchestrator.Storage;
using Orchestrator.Storage.Postgres;

namespace Orchestrator.Silo.Tests.Snapshots;

/// <summary>A snapshot that does not belong to the log and the build is passed over.</summary>
public sealed class SnapshotUseTests(ClusterDatabase database) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("snapshots-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Snapshots => Path.Combine(_folder.FullName, "snapshots");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Damaged_part_is_passed_over_with_one_log_line_and_the_snapshot_before_it_serves()
    {
        await using var store = Store.Open(services => services.AddEmbeddedStorage(_folder.FullName));
        var events = await Histories.Write(store.Log, Flags("production", 6));
        var before = await Keep(store, events.Take(3));
        var old = Directory.GetFiles(Snapshots, "*.part").ToHashSet();
        await Keep(store, events);
        var part = Directory.GetFiles(Snapshots, "*.part").Single(file => !old.Contains(file));
        var bytes = File.ReadAllBytes(part);
        bytes[^3] ^= 1;
        File.WriteAllBytes(part, bytes);

        Assert.Equal(Picture.Of(before), Picture.Of(await store.Snapshots.Newest(1, Stop)));
        Assert.Equal(Picture.Of(before), Picture.Of(await store.Snapshots.Newest(1, Stop)));

        Assert.Single(store.Lines.All, line => line.Contains($"the part {Path.GetFileNameWithoutExtension(part)} is damaged", StringComparison.Ordinal));
        File.Delete(part);
        Assert.Equal(3, (await store.Snapshots.Newest(1, Stop)).Position);
        foreach (var file in Directory.GetFiles(Snapshots, "*.txt"))
        {
            File.WriteAllText(file, File.ReadAllText(file).Replace("environment", "environmenT", StringComparison.Ordinal));
        }

        Assert.Equal(0, (await store.Snapshots.Newest(1, Stop)).Position);
        Assert.Contains(store.Lines.All, line => line.Contains("its list of parts is damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Part_that_was_found_damaged_is_written_again_with_the_next_snapshot()
    {
        await using var store = Store.Open(services => services.AddEmbeddedStorage(_folder.FullName));
        var events = await Histories.Write(store.Log, [.. Flags("staging", 3), .. Flags("production", 4)]);
        await Keep(store, events.Take(3));
        var part = Assert.Single(Directory.GetFiles(Snapshots, "*.part"));
        var whole = File.ReadAllBytes(part);
        File.WriteAllBytes(part, whole[..^1]);
        Assert.Equal(0, (await store.Snapshots.Newest(1, Stop)).Position);

        var world = await Keep(store, events);

        Assert.Equal(whole, File.ReadAllBytes(part));
        Assert.Equal(Picture.Of(world), Picture.Of(await store.Snapshots.Newest(1, Stop)));
    }

    [Fact]
    public async Task Snapshot_of_another_build_timeline_or_log_is_passed_over()
    {
        await using (var store = Store.Open(services => services.AddEmbeddedStorage(_folder.FullName)))
        {
            await Keep(store, await Histories.Write(store.Log, Flags("production", 6)));
            Assert.Equal(6, (await store.Snapshots.Newest(1, Stop)).Position);
            Assert.Equal((2, 0), ((await store.Snapshots.Newest(2, Stop)).Timeline, (await store.Snapshots.Newest(2, Stop)).Position));
            var name = Path.GetFileNameWithoutExtension(Directory.GetFiles(Snapshots, "*.txt").Single());
            File.Move(Path.Combine(Snapshots, name + ".txt"), Path.Combine(Snapshots, name[..^16] + "0123456789abcdef.txt"));

            Assert.Equal(0, (await store.Snapshots.Newest(1, Stop)).Position);

            Assert.Contains("1 snapshots are of another build and are not used", store.Lines.All);
            File.Move(Path.Combine(Snapshots, name[..^16] + "0123456789abcdef.txt"), Path.Combine(Snapshots, name + ".txt"));
        }

        var other = _folder.CreateSubdirectory("other");
        Directory.Move(Snapshots, Path.Combine(other.FullName, "snapshots"));
        await using var another = Store.Open(services => services.AddEmbeddedStorage(other.FullName));
        Assert.Equal(0, (await another.Snapshots.Newest(1, Stop)).Position);
        await Histories.Write(another.Log, Flags("production", 6));

        Assert.Equal(0, (await another.Snapshots.Newest(1, Stop)).Position);

        Assert.Single(another.Lines.All, line => line.Contains("the log has another event at its position", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Snapshots_of_other_timelines_and_parts_of_none_are_deleted_with_the_next_one()
    {
        await using var store = Store.Open(services => services.AddEmbeddedStorage(_folder.FullName));
        var events = await Histories.Write(store.Log, Flags("production", 6));
        await Keep(store, events.Take(4));

        await store.Writer.Keep(events.Aggregate(World.Empty with { Timeline = 2 }, WorldFolds.Fold), Stop);

        Assert.StartsWith("2-6-", Assert.Single(await store.Files.List(Stop)), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Snapshots, "*.part"));
    }

    [Fact]
    public async Task No_snapshot_is_kept_that_takes_more_than_its_share_of_the_log()
    {
        await using var store = Store.Open(services => services.AddEmbeddedStorage(_folder.FullName));
        var events = await Histories.Write(store.Log, Flags("production", 6));
        using var writer = new SnapshotWriter(
            store.Files, store.Snapshots, store.Finished, new SnapshotSlot(), store.Log, new LogHeadSignal(),
            new SnapshotSettings(First: 1, LogShare: 0.00001),
            NullLogger<SnapshotWriter>.Instance);

        Assert.Equal(12, await writer.Keep(events.Aggregate(World.Empty, WorldFolds.Fold), Stop));

        Assert.Empty(Directory.GetFiles(Snapshots));
    }

    [Fact]
    public async Task Gaps_that_a_long_first_fold_leaves_are_filled()
    {
        await using var store = Store.Open(services => services.AddEmbeddedStorage(_folder.FullName));
        var events = await Histories.Write(store.Log, Flags("production", 40));
        await Keep(store, events.Take(12));
        await Keep(store, events);

        var past = World.Empty;
        while (await store.Writer.Fill(past, 1, Stop) is { } filled)
        {
            past = filled;
            Assert.Equal(
                Picture.Of(events.Take((int)past.Position).Aggregate(World.Empty, WorldFolds.Fold)),
                Picture.Of(await store.Snapshots.At(1, past.Position, Stop)));
        }

        var positions = (await store.Files.List(Stop)).Select(name => SnapshotName.Read(name)!.Position).Prepend(0).Order().ToArray();
        Assert.All(positions.Zip(positions.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 1, 2));
        Assert.Equal(40, positions[^1]);
        Assert.DoesNotContain(store.Lines.All, line => line.Contains("is not used", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_may_do_what_is_read_from_the_log_and_never_from_a_snapshot()
    {
        await using var store = Store.Open(services => services.AddEmbeddedStorage(_folder.FullName));
        var key = new Domain.Access.AccessEvent.KeyCreated("k1", "admin", Domain.Access.Role.Admin, null, Domain.Access.Key.HashOf("the key"));
        var events = await Histories.Write(
            store.Log,
            [new Told("access", Domain.Access.AccessEvents.Catalog.Write(key, Guid.NewGuid()), Some.Start, Actor.System), .. Flags("production", 6)]);
        await Keep(store, events);
        var hash = System.Text.Encoding.UTF8.GetBytes(key.Hash);

        var world = await store.Snapshots.Newest(1, Stop);

        Assert.Equal(7, world.Position);
        Assert.True(world.Keys.TryFind("the key", null!, out _));
        Assert.All(
            PartGroups.Of(world), run => Assert.DoesNotContain("access", run.Streams));
        Assert.All(Directory.GetFiles(Snapshots), file => Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(hash)));
    }

    [Fact]
    public async Task Rollout_that_left_the_memory_and_changes_again_is_read_from_its_stream()
    {
        await using var store = Store.Open(services => services.AddEmbeddedStorage(_folder.FullName));
        var history = Enumerable.Range(1, 8).SelectMany(i => Ended($"r{i}", Some.Start.AddHours(i))).ToArray();
        var late = RolloutEvents.Catalog.Write(new RolloutEvent.AlertRaised("HighLatency", null), Guid.NewGuid());
        var events = await Histories.Write(
            store.Log, [.. history, new Told("rollout/r1", late, Some.Start.AddHours(20), Actor.System), .. Flags("staging", 1)]);
        var then = await store.Finished.Fold(World.Empty, [.. events.Take(history.Length)], new HashSet<string>(), Stop);
        Assert.Equal(7, then.Finished.Count);
        await store.Writer.Keep(then, Stop);
        store.Node.Current = await store.Finished.Fold(then, [.. events.Skip(history.Length)], new HashSet<string>(), Stop);

        var before = await store.Past.At("production", Some.Start.AddHours(19), Stop);
        var after = await store.Past.At("production", Some.Start.AddHours(21), Stop);

        Assert.DoesNotContain("r1", before.Rollouts.Keys);
        Assert.Contains("HighLatency", after.Rollouts["r1"].State.Alerts);
        Assert.Equal(
            Picture.Of(EnvironmentModels.Of(store.Node.Current, "production")), Picture.Of(EnvironmentModels.Of(after, "production")));
    }

    [Fact]
    public async Task One_node_of_a_cluster_writes_at_a_time_and_another_one_reads()
    {
        var connection = (await database.New())[1].Split('=', 2)[1];
        await using var store = Store.Open(services => services.AddPostgresStorage(connection));
        await using var other = Store.Open(services => services.AddPostgresStorage(connection));
        var events = await Histories.Write(store.Log, Flags("production", 6));
        await using (var turn = await store.Files.Turn(Stop))
        {
            Assert.NotNull(turn);
            Assert.Null(await other.Files.Turn(Stop));
            await other.Writer.Keep(events.Aggregate(World.Empty, WorldFolds.Fold), Stop);
            Assert.Empty(await store.Files.List(Stop));
        }

        var world = await Keep(other, events);

        Assert.Equal(Picture.Of(world), Picture.Of(await store.Snapshots.Newest(1, Stop)));
        Assert.Null(await store.Files.Part("none", Stop));
        Assert.Null(await store.Files.Read("none", Stop));
    }

    [Fact]
    public async Task Backup_of_a_cluster_has_no_snapshot()
    {
        var connection = (await database.New())[1].Split('=', 2)[1];
        await using (var store = Store.Open(services => services.AddPostgresStorage(connection)))
        {
            await Keep(store, await Histories.Write(store.Log, Flags("production", 6)));
            Assert.NotEmpty(await store.Files.List(Stop));
        }

        var file = Path.Combine(_folder.FullName, "backup");
        await PostgresBackup.Take(connection, file);
        await PostgresBackup.Restore(connection, file, (_, known) => Task.FromResult(known + 1));

        await using var restored = Store.Open(services => services.AddPostgresStorage(connection));
        await using var turn = await restored.Files.Turn(Stop);
        Assert.Equal(6, await restored.Log.Head(Stop));
        Assert.Empty(await restored.Files.List(Stop));
        Assert.Empty(await turn!.Parts(Stop));
    }

    private static async Task<World> Keep(Store store, IEnumerable<RecordedEvent> events)
    {
        var world = events.Aggregate(World.Empty, WorldFolds.Fold);
        await store.Writer.Keep(world, Stop);
        return world;
    }

    private static IEnumerable<Told> Flags(string environment, int count) => Enumerable.Range(1, count).Select(i => new Told(
        EnvironmentEvents.Stream(environment),
        EnvironmentEvents.Catalog.Write(new EnvironmentEvent.FlagSet("f", $"{i}"), Guid.NewGuid()),
        Some.Start.AddHours(20).AddMinutes(i), Actor.System));

    private static IEnumerable<Told> Ended(string id, DateTimeOffset at)
    {
        var rollout = new Domain.History.Simulator(new RolloutCommand.Create(id, Doings.Plan, 1, "production", "salt"), at);
        rollout.Command(new RolloutCommand.Start(), Some.Engineer);
        rollout.Command(new RolloutCommand.Abort("enough"), Some.Admin);
        return rollout.Events.Select(
            one => new Told(RolloutEvents.Stream(id), RolloutEvents.Catalog.Write(one.Event, Guid.NewGuid()), one.At, one.Actor));
    }
}
