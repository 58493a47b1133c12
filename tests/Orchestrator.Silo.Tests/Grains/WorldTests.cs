using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;
using Orchestrator.PlanFiles;

namespace Orchestrator.Silo.Tests.Grains;

public sealed class WorldTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly EventRows _log = new();

    [Fact]
    public void Unknown_event_holds_its_stream_and_no_other()
    {
        Append("environment/a", EnvironmentEvents.Catalog.Write(new EnvironmentEvent.FlagSet("f", "1"), Guid.Empty));
        Append("environment/a", new NewEvent(Guid.Empty, "environment.from_the_future", 1, "{}"u8.ToArray()));
        Append("environment/a", EnvironmentEvents.Catalog.Write(new EnvironmentEvent.FlagSet("f", "2"), Guid.Empty));
        Append("environment/b", EnvironmentEvents.Catalog.Write(new EnvironmentEvent.FlagSet("f", "3"), Guid.Empty));
        Append("strange/c", new NewEvent(Guid.Empty, "strange.thing", 1, "{}"u8.ToArray()));

        var world = Folded();

        Assert.Equal("1", world.Environments["a"].State.Flags["f"]);
        Assert.Equal("3", world.Environments["b"].State.Flags["f"]);
        Assert.Equal(["environment/a", "strange/c"], world.Quarantined.Keys.Order());
        Assert.Contains("environment.from_the_future", world.Quarantined["environment/a"], StringComparison.Ordinal);
        Assert.Equal(5, world.Position);
    }

    [Fact]
    public void Table_that_follows_event_by_event_answers_as_one_made_at_once()
    {
        Append("environment/production", EnvironmentEvents.Catalog.Write(new EnvironmentEvent.FlagSet("checkoutLogging", "false"), Guid.Empty));
        Run("old", new RolloutCommand.Start(), new RolloutCommand.Abort("no"));
        Run("r1", new RolloutCommand.Start(), new RolloutCommand.Pause(null), new RolloutCommand.Rollback("bad"),
            new RolloutCommand.Restore("good"));

        var follower = new RoutingFollower();
        var world = World.Empty;
        foreach (var one in _log.All)
        {
            world = WorldFolds.Fold(world, one);
            follower.Changed(world, new HashSet<string> { one.Stream });
            var atOnce = RoutingTable.Compile(
                new TableModel(world.Position, [.. world.Environments.Keys.Select(name => EnvironmentModels.Of(world, name))]));
            Assert.Equal(Flags(atOnce), Flags(follower.Current));
            Assert.Equal(world.Position, follower.Current.Position);
        }

        Assert.Contains("\"verbose\"", Flags(follower.Current), StringComparison.Ordinal);
        var late = new RoutingFollower();
        late.Changed(world, _log.All.Select(one => one.Stream).ToHashSet());
        Assert.Equal(Flags(follower.Current), Flags(late.Current));
    }

    [Fact]
    public void New_timeline_leaves_nothing_of_the_old_and_an_older_one_changes_nothing()
    {
        Append("environment/production", EnvironmentEvents.Catalog.Write(new EnvironmentEvent.FlagSet("kept", "1"), Guid.Empty));
        Run("r1", new RolloutCommand.Start());
        var (follower, old) = (new RoutingFollower(), Folded());
        follower.Changed(old, _log.All.Select(one => one.Stream).ToHashSet());

        var restored = WorldFolds.Fold(World.Empty with { Timeline = 2 }, _log.All[0]);
        follower.Changed(restored, new HashSet<string> { _log.All[0].Stream });
        follower.Changed(old, _log.All.Select(one => one.Stream).ToHashSet());

        Assert.Equal((2, 1), (follower.Current.Timeline, follower.Current.Position));
        Assert.Equal(["kept"], follower.Current.Environment("production")!.Flags.ToArray().Select(flag => flag.Key));
    }

    private static string Flags(RoutingTable table)
    {
        var text = new System.Text.StringBuilder();
        foreach (var environment in table.Environments)
        {
            foreach (var flag in environment.Flags)
            {
                text.Append(environment.Name).Append(' ').Append(flag.Key).Append(' ').Append(flag.StaticJson)
                    .Append(flag.Route?.Rollout).Append(flag.Route?.Mode).Append(flag.Route?.RolloutVersion).AppendLine();
            }
        }

        return text.ToString();
    }

    private void Run(string id, params RolloutCommand[] commands)
    {
        var plan = PlanText.Read(Plans.Checkout).Plan!;
        var state = RolloutState.Initial;
        foreach (var command in (RolloutCommand[])[new RolloutCommand.Create(id, plan, 1, "production", "salt"), .. commands])
        {
            var decision = Assert.IsType<Decision<RolloutEvent>.Accepted>(RolloutDecider.Decide(state, command, Actor.User("k", "admin"), At));
            foreach (var happened in decision.Events)
            {
                var recorded = Append(RolloutEvents.Stream(id), RolloutEvents.Catalog.Write(happened, Guid.Empty));
                state = RolloutEvolution.Evolve(state, new Happened<RolloutEvent>(recorded.Version, recorded.At, recorded.Actor, happened));
            }
        }
    }

    private RecordedEvent Append(string stream, NewEvent e) => _log.Append(stream, e, At);

    private World Folded() => _log.All.Aggregate(World.Empty, WorldFolds.Fold);
}
