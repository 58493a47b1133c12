using System.Collections.Immutable;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Snapshots;
using Orchestrator.Silo.Tests.Cluster;
using Orchestrator.Silo.Tests.Grains;
using Orchestrator.Storage;

namespace Orchestrator.Silo.Tests.Snapshots;

/// <summary>A snapshot and the events after it give what all events give.</summary>
public sealed class SnapshotLawTests(ClusterDatabase database)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Parts_of_a_world_make_the_same_world_at_every_position_of_a_history() => Gen.Select(Histories.Any, Gen.Int).Sample(
        (history, seed) =>
        {
            var events = Tampered(Histories.Recorded(history), new Random(seed));
            var world = World.Empty;
            foreach (var one in events)
            {
                world = WorldFolds.Fold(world, one);
                var parts = PartGroups.Of(world).Select(run => PartBytes.Write(WorldPart.Of(world, run.Streams)))
                    .Select(bytes => PartBytes.Read(PartBytes.NameOf(bytes), bytes)).ToArray();
                var joined = WorldPart.Join(World.Empty with { Position = world.Position, LatestAt = world.LatestAt }, parts);

                // The stream of keys is in no part.
                joined = joined with
                {
                    Access = world.Access,
                    Ends = Also(joined.Ends, world.Ends),
                    Quarantined = Also(joined.Quarantined, world.Quarantined),
                    Broken = Also(joined.Broken, world.Broken),
                };
                Assert.Equal(Picture.Of(world), Picture.Of(joined));
            }

            Assert.NotEmpty(world.Broken);
            Assert.Contains("strange/thing", world.Quarantined.Keys);
        },
        iter: 4, threads: 1);

    [Fact]
    public async Task Embedded_store_gives_the_same_world_from_a_snapshot_at_every_position()
    {
        var folder = Directory.CreateTempSubdirectory("snapshots-");
        var made = 0;
        await Histories.Any.SampleAsync(
            history => Law(services => services.AddEmbeddedStorage(Path.Combine(folder.FullName, $"{made++}")), history), iter: 2, threads: 1);
        folder.Delete(recursive: true);
    }

    [Fact]
    public Task PostgreSQL_gives_the_same_world_from_a_snapshot_at_every_position() => Histories.Any.SampleAsync(
        async history =>
        {
            var connection = (await database.New())[1].Split('=', 2)[1];
            await Law(services => services.AddPostgresStorage(connection), history);
        },
        iter: 1, threads: 1);

    [Fact]
    public async Task Snapshots_without_finished_rollouts_give_every_world_and_every_past()
    {
        var folder = Directory.CreateTempSubdirectory("snapshots-");
        var (made, left) = (0, 0);
        await FinishedLaws.Lives.SampleAsync(
            async lives => left += await Law(
                services => services.AddEmbeddedStorage(Path.Combine(folder.FullName, $"{made++}")),
                [
                    .. from one in RandomHistory.Of(lives)
                       select new Told(one.Stream, new NewEvent(one.Id, one.Type, one.Schema, one.Data), one.At, one.Actor),
                ],
                every: 7),
            iter: 12, threads: 1);
        Assert.True(left > 10, $"{left} rollouts left the memory");
        folder.Delete(recursive: true);
    }

    /// <summary>A snapshot after each so many events. Returns the number of rollouts that left the memory.</summary>
    private static async Task<int> Law(Action<IServiceCollection> storage, Told[] history, int every = 1)
    {
        await using var store = Store.Open(storage);
        var events = await Histories.Write(store.Log, history);
        var all = Picture.Of(await Fold(store, World.Empty, events));
        var tables = new List<(RecordedEvent Last, DateTimeOffset LatestAt, Dictionary<string, string> Of)>();
        var (world, whole) = (World.Empty, World.Empty);
        foreach (var one in events)
        {
            (world, whole) = (await Fold(store, world, [one]), WorldFolds.Fold(whole, one));
            tables.Add((one, world.LatestAt, Histories.Environments.ToDictionary(name => name, name => Table(whole, name))));
            if (one.Position % every > 0)
            {
                continue;
            }

            await store.Writer.Keep(world, Stop);

            var from = await store.Snapshots.Newest(1, Stop);

            Assert.Equal(Picture.Of(world), Picture.Of(from));
            Assert.Equal(all, Picture.Of(await Fold(store, from, events.Where(later => later.Position > from.Position))));
        }

        Assert.InRange((await store.Files.List(Stop)).Count, Math.Min(1, events.Length / every), SnapshotSettings.Most);
        store.Node.Current = world;
        foreach (var at in tables.Select(one => one.LatestAt).Distinct().Where((_, i) => i % 3 == 0))
        {
            var expected = tables.TakeWhile(one => one.Last.At <= at).Last();
            foreach (var environment in Histories.Environments)
            {
                var then = await store.Past.At(environment, at, Stop);
                Assert.Equal(expected.Last.Position, then.Position);
                Assert.Equal(expected.Of[environment], Table(then, environment));
            }
        }

        Assert.All(store.Lines.All, line => Assert.Contains("starts from the snapshot", line, StringComparison.Ordinal));
        return world.Finished.Count;
    }

    /// <summary>Event by event, as a node would that reads each alone.</summary>
    private static async Task<World> Fold(Store store, World world, IEnumerable<RecordedEvent> events)
    {
        foreach (var one in events)
        {
            world = await store.Finished.Fold(world, [one], new HashSet<string>(), Stop);
        }

        return world;
    }

    private static string Table(World world, string environment) => Picture.Of(EnvironmentModels.Of(world, environment));

    /// <summary>One event of a stream that has more is edited, and the events after it with it.</summary>
    private static RecordedEvent[] Tampered(RecordedEvent[] events, Random random)
    {
        var at = random.Next(events.Length / 2, events.Length);
        return [.. events.Select((one, i) => i == at ? one with { CommandId = "another" } : one)];
    }

    private static ImmutableDictionary<string, T> Also<T>(ImmutableDictionary<string, T> parts, ImmutableDictionary<string, T> all) =>
        all.TryGetValue("access", out var access) ? parts.SetItem("access", access) : parts;
}
