using CsCheck;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Routing.Journeys;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;
using Orchestrator.Silo.Tests.Snapshots;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Silo.Tests.Grains;

/// <summary>A node whose finished rollouts have left the memory answers as one that has all of them.</summary>
public sealed class FinishedLaws
{
    private static readonly string[] Ids = ["r1", "r2", "r3", "r4", "r5", "other", "elsewhere"];
    private static readonly string[] Flags = ["useNewCheckout", "otherFlag", "checkoutLogging"];

    /// <summary>Lives of rollouts: most end, some come back, and clocks of some are set back.</summary>
    internal static readonly Gen<Action<RandomHistory>[]> Lives = Gen.Frequency(
        (3, Gen.OneOfConst(Ids).Select(RandomHistory.Create)),
        (9, Gen.Select(
            Gen.OneOfConst(Ids), Gen.Int[0, 20], Gen.OneOfConst<RolloutCommand>(
                new RolloutCommand.Start(), new RolloutCommand.Start(), new RolloutCommand.Start(), new Rollback("bad"),
                new Rollback("bad", ["beta"]), new Restore("ok"),
                new Abort("enough"), new Abort("enough"), new Abort("enough"), new Retire("done", null, "true"),
                new Retire("done", "false", "false"), new Retire("done", null, "false"), new Retire("next", Successor: "r2"), new Retire("next", Successor: "r4"),
                new ReportFeedback("slow", 1), new Hold(2, "a backup"), new Confirm("seen")),
            (id, minutes, command) => RandomHistory.Do(id, command, minutes))),
        (3, Gen.Select(Gen.OneOfConst(Ids), Gen.Bool, Gen.Bool, (id, abort, retire) => (Action<RandomHistory>)(history =>
        {
            RandomHistory.Create(id)(history);
            RandomHistory.Do(id, new RolloutCommand.Start(), 1)(history);
            RandomHistory.Do(id, abort ? new Abort("enough") : new Rollback("bad"), 3)(history);
            if (retire)
            {
                RandomHistory.Do(id, new Retire("done", "false", "false"), 1)(history);
            }
        }))),
        (2, RandomHistory.Doings.Select(doings => doings[^1])),
        (1, Gen.OneOfConst(Ids).Select(id => RandomHistory.Write(
            "environment/production", EnvironmentEvents.Catalog.Write(new EnvironmentEvent.FlagClaimed("useNewCheckout", id), Guid.Empty)))))
        .Array[5, 60];

    [Fact]
    public async Task Finished_rollouts_leave_the_memory_and_every_answer_stays_the_same()
    {
        var left = 0;
        var returned = 0;
        await Gen.Select(Lives, Gen.Int[1, 7]).SampleAsync(
            async (lives, batch) =>
            {
                var log = RandomHistory.Of(lives);
                var finished = new FinishedStates(new RowLog(log));
                var (small, whole) = (World.Empty, World.Empty);
                var (one, other) = (new RoutingFollower(), new RoutingFollower());
                foreach (var events in log.Chunk(batch))
                {
                    var before = small.Finished;
                    var changed = new HashSet<string>();
                    small = await finished.Fold(small, events, changed, TestContext.Current.CancellationToken);
                    whole = events.Aggregate(whole, WorldFolds.Fold);
                    one.Changed(small, changed);
                    other.Changed(whole, events.Select(e => e.Stream).ToHashSet());
                    Interlocked.Add(ref returned, before.Count(entry => small.Finished.Find(entry.Id) is null));

                    Assert.Equal(Models(whole), Models(small));
                    Assert.Equal(Answers(other.Current), Answers(one.Current));
                    Same(whole, small);
                }

                foreach (var entry in small.Finished)
                {
                    var recalled = await finished.With(small, entry.Id, TestContext.Current.CancellationToken);
                    Assert.Equal(Picture.Of(whole.Rollouts[entry.Id]), Picture.Of(recalled.Rollouts[entry.Id]));
                    Assert.Equal(Models(whole), Models(recalled));
                }

                Interlocked.Add(ref left, small.Finished.Count);
            },
            iter: 150);
        Assert.True(left > 100, $"{left} rollouts left the memory");
        Assert.True(returned > 10, $"{returned} rollouts came back");
    }

    [Fact]
    public async Task Finished_rollout_whose_stream_was_changed_decides_its_flag_as_if_it_had_stayed()
    {
        var log = RandomHistory.Of(
        [
            RandomHistory.Create("r1"), RandomHistory.Do("r1", new RolloutCommand.Start()), RandomHistory.Do("r1", new Abort("enough"), 5),
            RandomHistory.Create("r2"), RandomHistory.Do("r2", new RolloutCommand.Start(), 5), RandomHistory.Do("r2", new Rollback("bad"), 5),
        ]);
        var finished = new FinishedStates(new RowLog(log));
        var world = await finished.Fold(World.Empty, log, new HashSet<string>(), TestContext.Current.CancellationToken);
        Assert.Equal("r1", Assert.Single(world.Finished).Id);
        var broken = new ChainBreak("rollout/r1", 2, 0, ChainBreakKind.Other);
        var changed = new HashSet<string>();

        var doubted = await finished.Settle(WorldFolds.Break(world, broken), changed, TestContext.Current.CancellationToken);

        Assert.Empty(doubted.Finished);
        Assert.Contains("rollout/r1", changed);
        Assert.Equal(Models(WorldFolds.Break(log.Aggregate(World.Empty, WorldFolds.Fold), broken)), Models(doubted));
    }

    [Fact]
    public async Task Rollouts_that_decide_or_have_something_open_stay_in_memory()
    {
        async Task<string[]> InMemory(params Action<RandomHistory>[] lives)
        {
            var log = RandomHistory.Of(lives);
            var world = await new FinishedStates(new RowLog(log)).Fold(
                World.Empty, log, new HashSet<string>(), TestContext.Current.CancellationToken);
            return [.. world.Rollouts.Keys.Order(StringComparer.Ordinal)];
        }

        Action<RandomHistory>[] aborted =
            [RandomHistory.Create("r1"), RandomHistory.Do("r1", new RolloutCommand.Start()), RandomHistory.Do("r1", new Abort("enough"), 5)];
        Action<RandomHistory>[] next = [RandomHistory.Create("r2"), RandomHistory.Do("r2", new RolloutCommand.Start(), 5)];
        var retired = RandomHistory.Do("r1", new Retire("done", "false", "false"), 5);
        Assert.Equal(["r1"], await InMemory(aborted));
        Assert.Empty(await InMemory([.. aborted, retired]));

        // A rollout that waits for its start has no say while the retired one leaves the flag its static value.
        Assert.Equal(["r1", "r2"], await InMemory([.. aborted, retired, RandomHistory.Create("r2")]));
        Assert.Equal(["r2"], await InMemory([.. aborted, retired, .. next]));
        Assert.Equal(["r2"], await InMemory([.. aborted, .. next, RandomHistory.Do("r2", new Abort("enough"), 5)]));
    }

    /// <summary>Everything else that is asked of both.</summary>
    private static void Same(World whole, World small)
    {
        Assert.Equal(whole.Rollouts.Keys.Order(), small.Rollouts.Keys.Concat(small.Finished.Select(entry => entry.Id)).Order());
        Assert.All(whole.Rollouts, one => Assert.Equal(one.Value.Version, small.VersionOf(one.Key)));
        Assert.Equal(
            whole.Ends.OrderBy(end => end.Key).Select(end => (end.Key, end.Value.Version, Convert.ToHexString(end.Value.Hash.Span))),
            new KnownEnds(small).OrderBy(end => end.Key)
                .Select(end => (end.Key, end.Value.Version, Convert.ToHexString(end.Value.Hash.Span))));
        foreach (var state in whole.Rollouts.Values.Select(entry => entry.State))
        {
            Assert.Equal(
                FlagSuccession.Predecessors(whole, state).Select(former => former.Id).Order(),
                FlagSuccession.Predecessors(small, state).Select(former => former.Id).Order());
        }

        foreach (var flag in Flags)
        {
            Assert.Empty(JourneyStreams.Of(whole, "production", flag).Except(JourneyStreams.Of(small, "production", flag)));
        }
    }

    private static string Models(World world) =>
        Picture.Of(new[] { EnvironmentModels.Of(world, "production"), EnvironmentModels.Of(world, "staging") });

    private static string[] Answers(RoutingTable table) =>
    [
        .. from environment in Histories.Environments
           from flag in Flags
           from user in Enumerable.Range(0, 4)
           let context = new EvaluationContext().Begin(table.Environment(environment)).Key($"u{user}").Set("internal", user % 2 == 0)
           let answer = Router.Explain(table, environment, flag, context)
           select $"{environment} {flag} {user}: {answer.Variant} {answer.Reason} {answer.Rollout} {answer.Phase} {answer.Step} {answer.Value?.GetRawText()}",
    ];
}
