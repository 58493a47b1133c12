using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>At night a trigger goes on stepping back for as long as it is bad.</summary>
public sealed class AutomaticStepBackTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("")]
    [InlineData("legacy: { capacity: 20%, per: 1m }")]
    public void What_stays_bad_goes_step_by_step_to_legacy_and_stays_there(string legacy)
    {
        var rollout = Some.Started(Plan(legacy)).DriveTo("s75");
        rollout.Drive(30 * Minute, at => Some.Sample(at, latency: 300));
        Assert.Equal(["s25", "s10"], rollout.Of<PercentageLowered>().Select(l => l.Step).Distinct());
        Assert.Equal(3, rollout.Of<TriggerFired>().Count());
        Assert.Equal("slow", Assert.Single(rollout.Of<RolledBack>()).Trigger);
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
    }

    [Fact]
    public void Each_step_back_waits_for_its_own_time()
    {
        var rollout = Some.Started(Plan("")).DriveTo("s75");
        rollout.Drive(30 * Minute, at => Some.Sample(at, latency: 300));
        var fired = rollout.Events.Where(e => e.Event is TriggerFired).Select(e => e.At).ToArray();
        Assert.All(fired.Zip(fired.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 5 * Minute, $"{pair.First:u} and {pair.Second:u}"));
    }

    [Fact]
    public void What_is_good_again_with_the_smaller_share_stays_there_until_a_person_resumes()
    {
        var rollout = Some.Started(Plan("")).DriveTo("s75");
        rollout.Drive(6 * Minute, at => Some.Sample(at, latency: rollout.State.Step!.Name == "s75" ? 300 : 100));
        rollout.DriveWell(TimeSpan.FromHours(1));
        Assert.Equal(
            ("s25", RolloutStatus.Paused, Share.OfPercent(25)), (rollout.State.Step!.Name, rollout.State.Status, rollout.State.Percentage));
        Assert.Single(rollout.Of<TriggerFired>());
        rollout.Command(new Resume("better now"), Some.Engineer);
        rollout.DriveTo("s75");
    }

    private static Domain.Plans.Plan Plan(string legacy) => Some.Plan($$"""
        plan: careful
        flag: f
        {{legacy}}
        metrics:
          p95: { quantile: 0.95, of: response_time }
          memory: { gauge: memory, unit: size }
        triggers:
          - { name: slow, when: p95 > 200ms, for: 5m, action: step-back }
        phases:
          - name: p
            success: [ memory < 40MB over 5m ]
            steps:
              - { name: s10, percentage: 10%, hold: 10m }
              - { name: s25, percentage: 25%, hold: 10m }
              - { name: s75, percentage: 75%, hold: 1d }
        """);
}
