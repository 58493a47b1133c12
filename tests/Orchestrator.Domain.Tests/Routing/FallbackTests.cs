using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Routing;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Routing;

/// <summary>Policies in force by phase.</summary>
public sealed class FallbackTests
{
    private const string Phases = """
        plan: p
        title: P
        flag: f
        POLICY
        phases:
          - { name: shy, steps: [ { percentage: 50%, hold: 1h, review: { roles: [product] } } ] }
          - { name: growing, steps: [ { percentage: 60%, hold: 1h, review: { roles: [product] } }, { percentage: 100%, hold: 1h, review: { roles: [product] } } ] }
          - { name: whole, steps: [ { hold: 1h, review: { roles: [product] } } ] }
          - { name: told, onStale: "last for 5m, then legacy", onUnwatched: hold, steps: [ { hold: 1h, review: { roles: [product] } } ] }
        """;

    [Theory]
    [InlineData("", "legacy", "legacy", "last", "last for 5m, then legacy")]
    [InlineData("onStale: legacy", "legacy", "legacy", "legacy", "last for 5m, then legacy")]
    [InlineData("onStale: last", "last", "last", "last", "last for 5m, then legacy")]
    public void Stale_policy_is_the_phases_the_plans_or_that_of_how_far_it_is(string policy, params string[] expected)
    {
        var plan = Read(policy);

        Assert.Equal(expected, plan.Phases.Select((_, index) => plan.OnStaleIn(index).Text));
    }

    [Theory]
    [InlineData("", UnwatchedPolicy.Legacy)]
    [InlineData("onUnwatched: hold", UnwatchedPolicy.Hold)]
    public void Unwatched_policy_is_the_phases_or_the_plans(string policy, UnwatchedPolicy expected)
    {
        var plan = Read(policy);

        Assert.Equal((expected, UnwatchedPolicy.Hold), (plan.OnUnwatchedIn(0), plan.OnUnwatchedIn(3)));
    }

    [Fact]
    public void Route_carries_the_policies_of_its_running_phase_and_holds_without_a_guard()
    {
        var state = Apply(RolloutState.Initial, new RolloutCommand.Create("r", Read(""), 1, "production", "salt"));
        Assert.Equal(UnwatchedPolicy.Hold, RolloutRoutes.Of(state).OnUnwatched);

        state = Apply(state, new RolloutCommand.Start());
        Assert.Equal((StalePolicy.Legacy, UnwatchedPolicy.Legacy), (RolloutRoutes.Of(state).OnStale, RolloutRoutes.Of(state).OnUnwatched));

        state = Apply(state, new RolloutCommand.Rollback("bad"));
        Assert.Equal(UnwatchedPolicy.Hold, RolloutRoutes.Of(state).OnUnwatched);
    }

    private static RolloutState Apply(RolloutState state, RolloutCommand command)
    {
        var at = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        var decision = Assert.IsType<Decision<RolloutEvent>.Accepted>(RolloutDecider.Decide(state, command, Actor.User("k", "admin"), at));
        return decision.Events.Aggregate(state,
            (before, one) => RolloutEvolution.Evolve(before, new Happened<RolloutEvent>(before.Version + 1, at, Actor.User("k", "admin"), one)));
    }

    private static Plan Read(string policy) => PlanText.Read(Phases.Replace("POLICY", policy, StringComparison.Ordinal)).Plan!;
}
