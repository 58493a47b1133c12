using System.Collections.Immutable;
using CsCheck;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Journeys;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Routing.Journeys;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Grains;

/// <summary>A journey says at each moment what a node served then, and what a replay of the log answers for that moment.</summary>
public sealed class JourneyLaws
{
    private static readonly Gen<(string Key, bool Internal)> Users = Gen.Select(Gen.Int[0, 40].Select(i => $"u{i}"), Gen.Bool);

    [Fact]
    public void A_journey_answers_each_moment_as_the_node_did_and_as_explain_does() => Gen.Select(
        RandomHistory.Doings, Users, Gen.OneOfConst("useNewCheckout", "checkoutLogging"), Gen.Int[0, 999].Array[20]).Sample(
        (doings, user, flag, places) =>
        {
            var log = RandomHistory.Of(doings);
            var whole = Agrees(log, user, flag, places.Select(place => log[0].At + ((log[^1].At - log[0].At) * place / 1000)));
            Assert.All(whole.Intervals.Zip(whole.Intervals.Skip(1)), pair =>
            {
                Assert.Equal(pair.First.Until, pair.Second.From);
                Assert.NotEqual(Text(pair.First.Answer), Text(pair.Second.Answer));
            });
        },
        iter: 80);

    [Fact]
    public void A_journey_from_a_moment_on_is_the_end_of_the_whole_one() => Gen.Select(
        RandomHistory.Doings, Users, Gen.Int[0, 999]).Sample(
        (doings, user, place) =>
        {
            var log = RandomHistory.Of(doings);
            var from = log[0].At + ((log[^1].At - log[0].At) * place / 1000);
            var whole = Read(log, user, "useNewCheckout").Intervals;
            var part = Read(log, user, "useNewCheckout", from).Intervals;
            Assert.Equal(whole.Where(one => one.Until is null || one.Until > from).Select(one => one.From), part.Select(one => one.From));
        },
        iter: 40);

    [Fact]
    public void A_journey_keeps_the_newest_of_too_many_intervals()
    {
        var log = new EventRows();
        for (var i = 0; i < Journey.Most + 5; i++)
        {
            log.Append(
                "environment/production", EnvironmentEvents.Catalog.Write(new EnvironmentEvent.FlagSet("f", $"{i}"), Guid.Empty),
                RandomHistory.Began.AddSeconds(i));
        }

        var journey = Read(log.All, ("u", false), "f");
        Assert.True(journey.Cut);
        Assert.Equal(Journey.Most, journey.Intervals.Length);
        Assert.Equal($"{Journey.Most + 4}", journey.Intervals[^1].Answer.Value?.GetRawText());
        Assert.Equal("5", journey.Intervals[0].Answer.Value?.GetRawText());
    }

    [Fact]
    public void A_journey_names_the_event_of_each_turn_and_quiet_events_compile_no_table()
    {
        var log = RandomHistory.Of([RandomHistory.Create("r1"), RandomHistory.RunIntoErrors("r1")]);
        var fold = new JourneyFold(Question(("u2", true), "useNewCheckout"), AccessState.Initial);
        var quiet = 0;
        foreach (var one in log)
        {
            var before = fold.Compiled;
            fold.Fold(one);
            quiet += fold.Compiled == before ? 1 : 0;
        }

        var journey = fold.End();
        Assert.True(quiet >= 9, $"{quiet} of {log.Count} events compiled no table");
        Assert.Equal(
            [
                "legacy: rollout r1 of flag useNewCheckout was created and is not started", "legacy: phase beta began",
                "new: joined at 40 %, bucket 6,898", "legacy: rolled back by error-rate-spike",
            ],
            journey.Intervals.Select(one => $"{one.Answer.Variant}: {one.Text}"));
        Assert.Equal("rollout.rolled_back", journey.Intervals[^1].Cause.Type);
    }

    [Fact]
    public void The_newest_event_of_two_rivals_decides_though_it_is_a_quiet_one()
    {
        var log = RandomHistory.Of(
        [
            RandomHistory.Create("r1"), RandomHistory.Do("r1", new RolloutCommand.Start()), RandomHistory.Create("r2"),
            RandomHistory.Do("r2", new RolloutCommand.Start(), minutesBefore: 5),
            RandomHistory.Do("r2", new RolloutCommand.Rollback("bad"), minutesBefore: 5),
            RandomHistory.Do("r1", new RolloutCommand.ReportFeedback("slow", 1), minutesBefore: 1),
        ]);
        Assert.Equal("r1", Agrees(log, ("u2", true), "useNewCheckout", []).Intervals[^1].Answer.Rollout);
    }

    /// <summary>The journey, which answers each of the moments and those of all events as the node did and as explain does.</summary>
    private static Journey Agrees(
        IReadOnlyList<RecordedEvent> log, (string Key, bool Internal) user, string flag, IEnumerable<DateTimeOffset> moments)
    {
        var served = Served(log, user, flag);
        var world = log.Aggregate(World.Empty, WorldFolds.Fold);
        var streams = JourneyStreams.Of(world, "production", flag).ToHashSet();
        var (whole, some) = (Read(log, user, flag), Read(log.Where(one => streams.Contains(one.Stream)), user, flag));
        foreach (var at in moments.Concat(log.Select(one => one.At)).Concat(log.Select(one => one.At.AddTicks(-1))).Distinct())
        {
            var then = Explained(log, user, flag, at);
            var position = log.LastOrDefault(one => one.At <= at)?.Position ?? 0;
            Assert.Equal(then, At(whole, at));
            Assert.Equal(then, At(some, at));
            Assert.Equal(then, position == 0 ? None : served[position]);
        }

        return whole;
    }

    private static string None => Text(Explain(RoutingTable.Empty, ("u", false), "none"));

    private static Dictionary<long, string> Served(IReadOnlyList<RecordedEvent> log, (string Key, bool Internal) user, string flag)
    {
        var (follower, world, served) = (new RoutingFollower(), World.Empty, new Dictionary<long, string>());
        foreach (var one in log)
        {
            world = WorldFolds.Fold(world, one);
            follower.Changed(world, new HashSet<string> { one.Stream });
            served[one.Position] = Text(Explain(follower.Current, user, flag));
        }

        return served;
    }

    private static string Explained(IReadOnlyList<RecordedEvent> log, (string Key, bool Internal) user, string flag, DateTimeOffset at)
    {
        var world = log.TakeWhile(one => one.At <= at).Aggregate(World.Empty, WorldFolds.Fold);
        return Text(Explain(RoutingTable.Compile(new TableModel(world.Position, [EnvironmentModels.Of(world, "production")])), user, flag));
    }

    private static string At(Journey journey, DateTimeOffset at) =>
        journey.Intervals.LastOrDefault(one => one.From <= at && !(one.Until <= at)) is { } found ? Text(found.Answer) : None;

    private static Journey Read(
        IEnumerable<RecordedEvent> log, (string Key, bool Internal) user, string flag, DateTimeOffset? from = null)
    {
        var fold = new JourneyFold(Question(user, flag, from), AccessState.Initial);
        foreach (var one in log)
        {
            fold.Fold(one);
        }

        var journey = fold.End();
        Assert.All(journey.Intervals, one => Assert.NotEmpty(one.Text));
        return journey;
    }

    private static JourneyQuestion Question((string Key, bool Internal) user, string flag, DateTimeOffset? from = null) =>
        new("production", flag, table => User(table, user), from, null);

    private static Explanation Explain(RoutingTable table, (string Key, bool Internal) user, string flag) =>
        Router.Explain(table, "production", flag, User(table.Environment("production"), user));

    private static EvaluationContext User(EnvironmentTable? table, (string Key, bool Internal) user) =>
        new EvaluationContext().Begin(table).Key(user.Key).Set("internal", user.Internal);

    private static string Text(Explanation answer) =>
        $"{answer.Variant} {answer.Reason} {answer.ErrorCode} {answer.Rollout} {answer.Phase} {answer.Step} {answer.Value?.GetRawText()}";
}
