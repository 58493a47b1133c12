using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Domain.Tests.Plans;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Legacy's end as samples/plans/chat-architecture.yaml has it, with a sample every two hours.</summary>
public sealed class SamplePlanEndTests
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(2);

    private static readonly Domain.Plans.Plan Plan = Some.Plan(Samples.Plan("chat-architecture.yaml")
        .Replace("sampling: 15s", "sampling: 2h", StringComparison.Ordinal).Replace("window: 1m", "window: 2h", StringComparison.Ordinal));

    [Fact]
    public void Deprecation_takes_three_months_and_ends_when_legacy_is_unused_and_removed()
    {
        var rollout = AtDeprecation();
        var began = rollout.Now;
        Pass(rollout, 8, legacy: 5);
        Pass(rollout, 4.5, legacy: 0);
        Tick(rollout);
        Assert.Equal(["hold", "review"], Gates.Shut(rollout.State, rollout.Now));
        Pass(rollout, 0.6, legacy: 0);
        Assert.Equal(began + TimeSpan.FromDays(13 * 7), rollout.Events.Last(e => e.Event is ReviewOpened { Kind: ReviewKind.Gate }).At);
        rollout.AgreeToEverything();

        Pass(rollout, 0.1, legacy: 0);
        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
    }

    [Fact]
    public void Legacy_that_was_used_in_the_last_four_weeks_or_was_not_removed_does_not_end()
    {
        var rollout = AtDeprecation();
        Pass(rollout, 10, legacy: 0);
        Pass(rollout, 0.1, legacy: 1);
        Pass(rollout, 3.9, legacy: 0);
        Assert.Equal(["evidence", "review"], Gates.Shut(rollout.State, rollout.Now));
        Pass(rollout, 0.5, legacy: 0);
        Assert.Equal(["review"], Gates.Shut(rollout.State, rollout.Now));
        Assert.DoesNotContain("legacy-removed", rollout.State.Objectives);
    }

    [Fact]
    public void Deprecation_that_takes_longer_than_six_months_is_told_once()
    {
        var rollout = AtDeprecation();
        Pass(rollout, 26, legacy: 1);
        Assert.Empty(rollout.Of<PhaseOverran>());
        Pass(rollout, 0.5, legacy: 1);
        Assert.Equal(new PhaseOverran("deprecation", TimeSpan.FromDays(26 * 7)), Assert.Single(rollout.Of<PhaseOverran>()));
    }

    private static Simulator AtDeprecation()
    {
        var rollout = Some.Started(Plan);
        while (rollout.State.Phase!.Name != "deprecation")
        {
            rollout.Command(new Advance(null, true, "to the end"), Some.Engineer);
            rollout.Command(new DecideReview(rollout.State.Reviews.Single(r => r.Open).Id, true, null), Some.Product);
        }

        return rollout;
    }

    private static void Tick(Simulator rollout) => rollout.Command(new CompleteObjective("legacy-removed"), Some.Engineer);

    private static void Pass(Simulator rollout, double weeks, long legacy)
    {
        for (var end = rollout.Now + TimeSpan.FromDays(weeks * 7); rollout.Now < end;)
        {
            rollout.AdvanceTo(rollout.Now + Every);
            rollout.Push([Some.Sample(rollout.Now), Some.Sample(rollout.Now, Variant.Legacy, requests: legacy, probes: 0, probesOk: 0)]);
        }
    }
}
