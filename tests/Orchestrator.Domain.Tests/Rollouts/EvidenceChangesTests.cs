using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Reviews;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Changes of a rollout between the opening of a review and its decision.</summary>
public sealed class EvidenceChangesTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Nothing_has_changed_right_after_the_opening()
    {
        var rollout = Asked();
        Assert.Empty(EvidenceChanges.Rest(rollout.State, rollout.State));
        Assert.All(EvidenceChanges.Criteria(rollout.State, rollout.State, null), one => Assert.Equal(one.Was, one.Is));
    }

    [Fact]
    public void Verdict_that_changed_comes_first_with_both_sentences()
    {
        var rollout = Asked();
        var then = rollout.State;
        rollout.Drive(3 * Minute, at => Some.Sample(at, errors: 50));
        var changes = EvidenceChanges.Criteria(then, rollout.State, null);
        Assert.Equal(["error_rate < 0.1% over 30m", "memory < 90MB over 30m"], changes.Select(one => one.Name));
        Assert.Equal((Verdict.Met, Verdict.Breached), (changes[0].Was.Verdict, changes[0].Is.Verdict));
        Assert.Contains("observed 0%", changes[0].Was.Text, StringComparison.Ordinal);
        Assert.Contains("breached", changes[0].Is.Text, StringComparison.Ordinal);
        Assert.True(changes[0].Is.At > changes[0].Was.At);
        Assert.Equal(changes[1].Was.Verdict, changes[1].Is.Verdict);
    }

    [Fact]
    public void Rollback_of_a_segment_a_pause_and_a_trigger_are_changes()
    {
        var rollout = Asked();
        var then = rollout.State;
        rollout.Command(new Rollback("it is slow", ["beta"]), Some.Engineer);
        rollout.Command(new Pause("lunch"), Some.Engineer);
        rollout.Drive(2 * Minute, at => Some.Sample(at, memory: 75e6));
        Assert.Equal(
            [
                ("status", "checkout-1", "running", "paused"),
                ("users", "f", "10% of users and beta on new", "10% of users on new"),
                ("trigger", "warn", "quiet", "fired"),
                ("incident", "checkout-1-1", null, "it is slow"),
            ],
            EvidenceChanges.Rest(then, rollout.State).Select(one => (one.Subject, one.Name, one.Was, one.Is)));
    }

    [Fact]
    public void Criterion_without_samples_was_no_success()
    {
        var rollout = Some.Started(Plan());
        var seen = EvidenceChanges.Criteria(rollout.State, rollout.State, null)[0];
        Assert.Equal((Verdict.NoEvidence, null, "Nothing was measured yet."), (seen.Was.Verdict, seen.Was.Observed, seen.Was.Text));
    }

    private static Domain.Plans.Plan Plan() => Some.Plan("""
        plan: small
        flag: f
        segments: { beta: { title: Beta, any: [ { attribute: internal, equals: true } ] } }
        metrics: { error_rate: { ratio: errors / requests }, memory: { gauge: memory, unit: size } }
        triggers:
          - { name: collapse, when: error_rate > 50%, action: rollback }
          - { name: warn, when: memory > 70MB, action: notify }
        phases:
          - name: p
            steps:
              - { name: one, percentage: 10%, segments: [beta], hold: 1h, review: { roles: [product] } }
              - { name: two, percentage: 100%, hold: 1h }
            success: [ error_rate < 0.1% over 30m, memory < 90MB over 30m ]
        """);

    private static Domain.History.Simulator Asked()
    {
        var rollout = Some.Started(Plan());
        rollout.DriveWell(65 * Minute);
        Assert.Single(rollout.State.Reviews, one => one.Open);
        return rollout;
    }
}
