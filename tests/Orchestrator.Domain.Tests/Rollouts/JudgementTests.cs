using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Effects of a rule's own terms: hysteresis, cool-down, gaps, segments, missing data, comparison, warnings, approvals.</summary>
public sealed class JudgementTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static Simulator Of(string triggers, string phase = "success: [ error_rate < 0.1% over 30m ]", string top = "") => Some.Started(Some.Plan($$"""
        plan: small
        flag: f
        segments:
          eu: { title: Europe, all: [ { attribute: region, equals: eu } ] }
          us: { title: States, all: [ { attribute: region, equals: us } ] }
        metrics:
          error_rate: { ratio: errors / requests, baseline: legacy }
          p95: { quantile: 0.95, of: response_time, baseline: legacy }
          memory: { gauge: memory, unit: size }
          complaints: { count: complaints }
        triggers:
          - { name: collapse, when: error_rate > 50%, action: rollback }
          {{triggers}}
        {{top}}
        phases:
          - name: p
            steps: [ { name: one, percentage: 10%, segments: [eu, us], hold: 1h }, { name: two, percentage: 100%, hold: 1h } ]
            {{phase}}
        """));

    private static Sample Memory(DateTimeOffset at, double megabytes) => Some.Sample(at, memory: megabytes * 1e6);

    private static Sample WithoutMemory(DateTimeOffset at) => Some.Sample(at) with { Gauges = [] };

    [Fact]
    public void A_fired_trigger_with_a_clear_is_over_only_when_that_holds()
    {
        var rollout = Of("- { name: m, when: memory > 80MB, clear: < 60MB, coolDown: 0s, action: notify }");
        rollout.Drive(Minute, at => Memory(at, 81)).Drive(5 * Minute, at => Memory(at, 70)).Drive(5 * Minute, at => Memory(at, 81))
            .Drive(3 * Minute, at => Memory(at, 60));
        Assert.Single(rollout.Of<TriggerFired>());
        Assert.Empty(rollout.Of<TriggerCleared>());

        rollout.Drive(2 * Minute, at => Memory(at, 59)).Drive(Minute, at => Memory(at, 81));
        Assert.Single(rollout.Of<TriggerCleared>());
        Assert.Equal(2, rollout.Of<TriggerFired>().Length);
    }

    [Fact]
    public void A_trigger_does_not_fire_again_before_it_has_cooled_down()
    {
        var rollout = Of("- { name: m, when: memory > 80MB, coolDown: 30m, action: notify }");
        for (var i = 0; i < 7; i++)
        {
            rollout.Drive(2 * Minute, at => Memory(at, 81)).Drive(2 * Minute, at => Memory(at, 30));
        }

        Assert.Single(rollout.Of<TriggerFired>());
        rollout.Drive(5 * Minute, at => Memory(at, 81));
        Assert.Equal(2, rollout.Of<TriggerFired>().Length);
    }

    [Theory]
    [InlineData("", 60, true)]
    [InlineData("", 75, false)]
    [InlineData("maxGap: 3m, ", 120, true)]
    [InlineData("maxGap: 30s, ", 45, false)]
    public void A_for_survives_a_gap_of_its_metric_up_to_the_rules_own_measure(string key, int gap, bool fires)
    {
        var rollout = Of($"- {{ name: m, when: memory > 80MB, for: 5m, {key}action: notify }}");
        rollout.Drive(2 * Minute, at => Memory(at, 81));
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));

        // The service is heard all the time; only this metric is not.
        rollout.Drive(TimeSpan.FromSeconds(gap - 30), WithoutMemory);
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
        rollout.Drive(3 * Minute - TimeSpan.FromSeconds(gap - 15), at => Memory(at, 81));
        Assert.Equal(fires ? 1 : 0, rollout.Of<TriggerFired>().Length);
        Assert.Empty(rollout.Of<EvidenceLost>());
    }

    [Fact]
    public void Only_the_guilty_segment_goes_back_and_it_is_said_why_the_others_stay()
    {
        var rollout = Of("- { name: slow, when: error_rate > 0.5%, for: 2m, perSegment: true, action: rollback-segment }");
        void Drive(TimeSpan span)
        {
            for (var end = rollout.Now + span; rollout.Now < end; rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15)))
            {
                rollout.Push(
                    [Some.Sample(rollout.Now, errors: 20, segment: "eu"), Some.Sample(rollout.Now, segment: "us"), Some.Sample(rollout.Now)]);
            }
        }

        Drive(4 * Minute);
        var back = Assert.Single(rollout.Of<SegmentRolledBack>());
        Assert.Equal(["eu"], back.Segments);
        Assert.Equal("slow:eu", back.Trigger);
        Assert.Contains("2%", back.Reason, StringComparison.Ordinal);
        Assert.Contains("The other segments stay by their own samples: error_rate in us > 0.5% for 2m: observed 0%", back.Reason, StringComparison.Ordinal);
        Drive(10 * Minute);
        Assert.Equal((RolloutStatus.Running, Share.OfPercent(10)), (rollout.State.Status, rollout.State.Percentage));
        Assert.Equal(["eu"], rollout.State.TakenBack);
        Assert.Single(rollout.Of<SegmentRolledBack>());
    }

    [Fact]
    public void A_segment_that_samples_tell_apart_must_have_used_the_new_path()
    {
        var rollout = Of("");
        rollout.Drive(2 * TimeSpan.FromHours(1), at => Some.Sample(at, segment: "eu"));
        Assert.Equal("two", rollout.State.Step!.Name);

        rollout = Of("");
        rollout.Push([Some.Sample(rollout.Now, variant: Variant.Legacy, segment: "us")]);
        rollout.Drive(2 * TimeSpan.FromHours(1), at => Some.Sample(at, segment: "eu"));
        Assert.Equal("one", rollout.State.Step!.Name);
        Assert.Equal(["evidence"], Gates.Shut(rollout.State, rollout.Now));
        rollout.Push([Some.Sample(rollout.Now, requests: 99, segment: "us")]);
        Assert.Equal("one", rollout.State.Step!.Name);
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
        rollout.Push([Some.Sample(rollout.Now, requests: 1, segment: "us")]);
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("review")]
    [InlineData("rollback after 10m")]
    [InlineData("ignore")]
    public void What_follows_when_a_metric_goes_missing_is_the_rules_own_choice(string policy)
    {
        var rollout = Of($"- {{ name: m, when: memory > 80MB, action: notify, onNoData: {policy} }}");
        rollout.DriveWell(50 * Minute).Drive(9 * Minute, WithoutMemory);
        if (policy == "ignore")
        {
            Assert.Empty(rollout.Of<RuleUnmeasured>());
            return;
        }

        Assert.Contains("memory", Assert.Single(rollout.Of<RuleUnmeasured>()).Text, StringComparison.Ordinal);
        Assert.Equal(policy == "review", rollout.State.Reviews.Any(r => r is { Open: true, Kind: ReviewKind.Trigger, Trigger: "m" }));
        Assert.Empty(rollout.Of<RolledBack>());

        rollout.Drive(2 * Minute, WithoutMemory);
        Assert.Equal(policy == "rollback after 10m", rollout.State.Status == RolloutStatus.RolledBack);
        if (policy == "hold")
        {
            rollout.Drive(20 * Minute, WithoutMemory);
            Assert.Equal("one", rollout.State.Step!.Name);
            rollout.DriveWell(Minute);
            Assert.Single(rollout.Of<RuleMeasured>());
            Assert.Equal("two", rollout.State.Step!.Name);
        }
    }

    [Fact]
    public void By_default_a_trigger_that_rolls_back_holds_the_step_while_its_metric_is_missing()
    {
        var rollout = Of("- { name: m, when: memory > 80MB, action: rollback }").DriveWell(10 * Minute).Drive(2 * TimeSpan.FromHours(1), WithoutMemory);
        Assert.Equal("hold", Assert.Single(rollout.Of<RuleUnmeasured>()).Follows);
        Assert.Equal(("one", RolloutStatus.Running), (rollout.State.Step!.Name, rollout.State.Status));
        Assert.Equal(["evidence"], Gates.Shut(rollout.State, rollout.Now));
        rollout.DriveWell(Minute);
        Assert.Single(rollout.Of<RuleMeasured>());
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Theory]
    [InlineData("when: memory > 80MB, action: notify")]
    [InlineData("when: memory > 80MB, action: rollback, onNoData: ignore")]
    [InlineData("when: complaints > 3, over: 1h, action: rollback")]
    [InlineData("when: memory in eu > 80MB, action: rollback")]
    public void Other_triggers_hold_nothing(string rule)
    {
        var rollout = Of($"- {{ name: m, {rule} }}");
        rollout.Push([Some.Sample(rollout.Now, segment: "eu") with { Counters = [new("requests", 1000), new("errors", 0), new("complaints", 1)] }]);
        rollout.DriveWell(10 * Minute).Drive(40 * Minute, WithoutMemory);
        Assert.Empty(rollout.Of<RuleUnmeasured>());
    }

    [Fact]
    public void A_metric_that_was_never_heard_in_the_step_holds_its_end()
    {
        var rollout = Of("- { name: m, when: memory > 80MB, action: rollback }").Drive(40 * Minute, WithoutMemory);
        Assert.Empty(rollout.Of<RuleUnmeasured>());
        rollout.Drive(80 * Minute, WithoutMemory);

        Assert.Equal(("m", "hold"), Assert.Single(rollout.Of<RuleUnmeasured>()) is var blind ? (blind.Text[..1], blind.Follows) : default);
        Assert.Equal(("one", RolloutStatus.Running), (rollout.State.Step!.Name, rollout.State.Status));
        Assert.Equal(["evidence"], Gates.Shut(rollout.State, rollout.Now));
        rollout.DriveWell(Minute);
        Assert.Single(rollout.Of<RuleMeasured>());
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Theory]
    [InlineData("action: rollback, onNoData: hold", "hold")]
    [InlineData("action: notify, onNoData: review", "review")]
    [InlineData("action: step-back", "hold")]
    public void A_step_shorter_than_any_gap_ends_only_when_what_undoes_it_was_heard(string rule, string follows)
    {
        var rollout = Some.Started(Some.Plan($$"""
            plan: small
            flag: f
            metrics: { memory: { gauge: memory, unit: size } }
            triggers: [ { name: m, when: memory > 80MB, {{rule}} } ]
            phases: [ { name: p, steps: [ { name: one, percentage: 10%, hold: 30s }, { name: two, percentage: 100%, hold: 1h } ] } ]
            """));
        rollout.Drive(10 * Minute, WithoutMemory);
        Assert.Equal("one", rollout.State.Step!.Name);
        Assert.Equal(follows, Assert.Single(rollout.Of<RuleUnmeasured>()).Follows);
    }

    [Fact]
    public void A_ratio_whose_numerator_never_came_is_not_heard_by_its_denominator()
    {
        var rollout = Some.Started(Some.Plan("""
            plan: small
            flag: f
            metrics: { error_rate: { ratio: errors / requests } }
            triggers: [ { name: e, when: error_rate > 5%, action: rollback } ]
            phases: [ { name: p, steps: [ { name: one, percentage: 10%, hold: 10m }, { name: two, percentage: 100%, hold: 1h } ] } ]
            """));
        rollout.Drive(30 * Minute, at => Some.Sample(at) with { Counters = [new("requests", 1000)] });
        Assert.Equal("one", rollout.State.Step!.Name);
        rollout.DriveWell(Minute);
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Fact]
    public void When_everything_is_silent_no_single_metric_is_to_blame()
    {
        var rollout = Of("- { name: m, when: memory > 80MB, action: rollback }").DriveWell(10 * Minute);
        rollout.AdvanceTo(rollout.Now + (10 * Minute));

        // The metric comes back a little after the others: that is no outage of its own.
        rollout.Drive(TimeSpan.FromSeconds(30), WithoutMemory).DriveWell(5 * Minute);
        Assert.Single(rollout.Of<EvidenceLost>());
        Assert.Empty(rollout.Of<RuleUnmeasured>());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(60)]
    public void Absence_counts_only_while_the_node_was_there(int minutes)
    {
        var rollout = Of("- { name: silent, when: absent(requests), for: 5m, action: rollback }").DriveWell(10 * Minute);
        rollout.AdvanceTo(rollout.Now + (3 * Minute));
        Assert.False(rollout.State.Triggers["silent"].Fired);

        // The process is down, so no sender could reach it.
        rollout.SleepTo(rollout.Now + (minutes * Minute));
        var back = rollout.Now;
        rollout.AdvanceTo(back + (5 * Minute));
        Assert.Empty(rollout.Of<RolledBack>());
        rollout.AdvanceTo(back + (7 * Minute));
        Assert.Equal("silent", Assert.Single(rollout.Of<RolledBack>()).Trigger);
        Assert.Single(rollout.Of<TriggerCleared>());
        Assert.True(rollout.Of<TriggerFired>()[0].Since > back);
    }

    [Fact]
    public void Absence_is_over_when_the_first_sample_after_a_down_time_comes()
    {
        var rollout = Of("- { name: silent, when: absent(requests), for: 5m, action: rollback }").DriveWell(10 * Minute);
        rollout.SleepTo(rollout.Now + TimeSpan.FromHours(1));
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(30));
        rollout.DriveWell(20 * Minute);
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
        Assert.Empty(rollout.Of<TriggerBreached>());
    }

    [Fact]
    public void No_data_rolls_back_only_after_a_time_in_which_the_node_was_there()
    {
        var rollout = Of("- { name: m, when: memory > 80MB, action: notify, onNoData: rollback after 10m }").DriveWell(10 * Minute);
        rollout.SleepTo(rollout.Now + TimeSpan.FromHours(1));
        rollout.Drive(9 * Minute, WithoutMemory);
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
        rollout.Drive(3 * Minute, WithoutMemory);
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
    }

    [Fact]
    public void A_segment_that_had_to_go_back_is_watched_more_closely_once_it_is_restored()
    {
        var rollout = Of("- { name: slow, when: error_rate > 0.5%, for: 4m, coolDown: 1h, perSegment: true, action: rollback-segment }", top: "judgement: { closerWatch: 30m }");
        Segments(rollout, 6 * Minute, 20);
        Assert.Equal(["eu"], rollout.State.TakenBack);
        var first = Assert.Single(rollout.Of<TriggerFired>());
        Assert.DoesNotContain("more closely", first.Evidence.Text, StringComparison.Ordinal);

        // Bad at once again: what was measured before does not count, half of the time is enough, and it may fire again so soon.
        rollout.Command(new Restore("fixed", ["eu"]), Some.Engineer);
        var restored = rollout.Now;
        Segments(rollout, 4 * Minute, 20);
        Assert.Equal(["eu"], rollout.State.TakenBack);
        var second = rollout.Of<TriggerFired>()[^1];
        Assert.Equal(2 * Minute, second.Evidence.At - second.Since);
        Assert.True(second.Since > restored);
        Assert.Contains("eu was restored at 2026-03-02 09:06:00Z and is watched more closely until 2026-03-02 09:36:00Z: half of 'for', no cool-down.", second.Evidence.Text, StringComparison.Ordinal);
        Assert.Contains("more closely", rollout.Of<SegmentRolledBack>()[^1].Reason, StringComparison.Ordinal);

        // The other segment is judged as ever, and so is this one when its time is over.
        rollout.Command(new Restore("fixed now", ["eu"]), Some.Engineer);
        Segments(rollout, 31 * Minute, 0);
        var fired = rollout.Of<TriggerFired>().Length;
        Segments(rollout, 4 * Minute, 20, 20);
        Assert.Equal(fired, rollout.Of<TriggerFired>().Length);
        Segments(rollout, 2 * Minute, 0, 20);
        Assert.Equal("slow:us", rollout.Of<TriggerFired>()[^1].Trigger);
        Assert.DoesNotContain("more closely", rollout.Of<TriggerFired>()[^1].Evidence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_closer_watch_lasts_for_the_hold_of_the_step_unless_the_plan_says_otherwise()
    {
        var rollout = Of("");
        rollout.Command(new Rollback("bad", ["eu"]), Some.Engineer);
        rollout.Command(new Restore("fixed", ["eu"]), Some.Engineer);
        Assert.Equal(new RestoredSegment(rollout.Now, rollout.Now + TimeSpan.FromHours(1)), rollout.State.Restored["eu"]);
        rollout.Command(new Rollback("bad", ["eu"]), Some.Engineer);
        Assert.Empty(rollout.State.Restored);
    }

    [Fact]
    public void A_comparison_goes_on_over_a_pause_and_begins_with_less_after_a_restore()
    {
        var rollout = Of("- { name: worse, when: error_rate > baseline, test: sequential, alpha: 4%, action: rollback }", "success: [ { name: same, when: error_rate <= 150% of baseline, test: sequential, alpha: 4% } ]");
        var start = rollout.Now;
        (DateTimeOffset?, double?) Asked(string question) =>
            RoundQueries.For(rollout.State)!.Queries.Where(q => q.Name == question).Select(q => (q.Since, q.Alpha)).Single();

        rollout.DriveWell(10 * Minute).Command(new Pause("lunch"), Some.Engineer);
        rollout.DriveWell(20 * Minute).Command(new Resume(null), Some.Engineer);
        Assert.Equal((start, 0.03), Asked("trigger worse"));
        Assert.Equal((start, 0.03), Asked("criterion same"));

        rollout.Command(new Rollback("gut feeling"), Some.Engineer);
        rollout.AdvanceTo(rollout.Now + (10 * Minute));
        rollout.Command(new Restore("nothing"), Some.Engineer);
        Assert.Equal((rollout.Now, 0.005), Asked("trigger worse"));
        Assert.Equal((rollout.Now, 0.005), Asked("criterion same"));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("designEffect: 100, ", false)]
    public void A_design_effect_asks_for_more_before_a_difference_is_one(string key, bool back)
    {
        var rollout = Of($"- {{ name: worse, when: error_rate > baseline, test: sequential, {key}action: rollback }}");
        Both(rollout, 5 * Minute, 20, 2, 100, 100);
        Assert.Equal(back, rollout.State.Status == RolloutStatus.RolledBack);
    }

    [Fact]
    public void A_breach_restarts_a_sequential_criterion_with_less()
    {
        var rollout = Of("", "success: [ { name: same, when: error_rate <= 125% of baseline, test: sequential, alpha: 4% } ]");
        Both(rollout, 10 * Minute, 40, 10, 100, 100);
        Assert.Equal(Verdict.Breached, rollout.State.Criteria["same"].Verdict);
        Assert.True(rollout.State.Comparisons["one"] > 1);
        Assert.True(RoundQueries.For(rollout.State)!.Queries.Single(q => q.Name == "criterion same").Alpha <= 0.005);
    }

    private static void Segments(Simulator rollout, TimeSpan span, int errorsInEurope, int errorsInStates = 0)
    {
        for (var end = rollout.Now + span; rollout.Now < end; rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15)))
        {
            rollout.Push([
                Some.Sample(rollout.Now, errors: errorsInEurope, segment: "eu"),
                Some.Sample(rollout.Now, errors: errorsInStates, segment: "us"), Some.Sample(rollout.Now),
            ]);
        }
    }

    [Theory]
    [InlineData(20, 2, true)]
    [InlineData(2, 20, false)]
    [InlineData(10, 10, false)]
    public void A_sequential_trigger_rolls_back_the_worse_arm_only(int errors, int legacyErrors, bool back)
    {
        var rollout = Of("- { name: worse, when: error_rate > baseline, test: sequential, alpha: 1%, action: rollback }");
        Both(rollout, 20 * Minute, errors, legacyErrors, 100, 100);
        Assert.Equal(back, rollout.State.Status == RolloutStatus.RolledBack);
        if (back)
        {
            var text = Assert.Single(rollout.Of<TriggerFired>()).Evidence.Text;
            Assert.Contains("new is +1.8% from legacy, between +", text, StringComparison.Ordinal);
            Assert.Contains("99% confidence at every look", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(130, 100, true)]
    [InlineData(100, 130, false)]
    [InlineData(100, 100, false)]
    public void A_sequential_trigger_sees_a_slower_path(double latency, double legacy, bool back)
    {
        var rollout = Of("- { name: slower, when: p95 > 110% of baseline, test: sequential, action: rollback }");
        Both(rollout, 10 * Minute, 0, 0, latency, legacy);
        Assert.Equal(back, rollout.State.Status == RolloutStatus.RolledBack);
    }

    [Theory]
    [InlineData(10, 10, Verdict.NoEvidence, 10)]
    [InlineData(10, 10, Verdict.Met, 58)]
    [InlineData(40, 10, Verdict.Breached, 10)]
    public void A_sequential_criterion_is_met_when_the_interval_shows_it(int errors, int legacyErrors, Verdict verdict, int minutes)
    {
        var rollout = Of("", "success: [ { name: same, when: error_rate <= 125% of baseline, test: sequential } ]");
        Both(rollout, minutes * Minute, errors, legacyErrors, 100, 100);
        Assert.Equal(verdict,
            rollout.State.Criteria.GetValueOrDefault("same")?.Verdict ?? (rollout.State.Step!.Name == "two" ? Verdict.Met : Verdict.NoEvidence));
    }

    [Theory]
    [InlineData(42, Verdict.Met)]
    [InlineData(43, Verdict.Warning)]
    [InlineData(45, Verdict.Breached)]
    public void A_criterion_close_to_its_limit_is_a_warning_and_holds_nothing(double megabytes, Verdict verdict)
    {
        var rollout = Of("", "success: [ memory < 45MB over 30m ]").Drive(40 * Minute, at => Memory(at, megabytes));
        Assert.Equal(verdict, rollout.State.Criteria["memory < 45MB over 30m"].Verdict);
        Assert.Equal(verdict != Verdict.Breached, Gates.EvidenceMet(rollout.State));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_warning_that_clears_releases_its_hold_only_if_the_plan_says_so(bool release)
    {
        var rollout = Of($"- {{ name: m, when: memory between 45 and 50MB, action: review, releaseOnClear: {(release ? "true" : "false")} }}");
        rollout.Drive(Minute, at => Memory(at, 47));
        Assert.Single(rollout.State.Reviews, r => r.Open);
        rollout.Drive(3 * Minute, at => Memory(at, 30));
        Assert.Equal(release ? ReviewOutcome.Cleared : null, Assert.Single(rollout.State.Reviews).Outcome);
        Assert.Equal(release, Gates.PeopleAgree(rollout.State));
    }

    [Fact]
    public void An_approval_ends_with_the_evidence_it_was_about()
    {
        var rollout = Of(
            "- { name: warn, when: memory > 70MB, action: review, roles: [engineering] }",
            "review: { roles: [product] }\n    success: [ error_rate < 0.1% over 30m ]").DriveTo("two");
        rollout.DriveWell(59 * Minute).Drive(2 * Minute, at => Memory(at, 71));
        var (gate, warning) = (rollout.State.Reviews.Single(r => r is { Open: true, Kind: ReviewKind.Gate }),
            rollout.State.Reviews.Single(r => r is { Open: true, Kind: ReviewKind.Trigger }));
        rollout.Command(new DecideReview(gate.Id, true, null, gate.EvidenceHash), Some.Product);
        Assert.Equal(gate.EvidenceHash, Assert.Single(rollout.Of<ReviewDecided>(), d => d.Review == gate.Id).EvidenceHash);
        Assert.True(Gates.GateReviewApproved(rollout.State));

        // The step is still held by the warning; meanwhile the error rate goes over its limit and comes back.
        rollout.Drive(3 * Minute, at => Some.Sample(at, errors: 50));
        Assert.Equal(ReviewOutcome.Withdrawn, rollout.State.Reviews.Single(r => r.Id == gate.Id).Outcome);
        rollout.DriveWell(40 * Minute);
        rollout.Command(new DecideReview(warning.Id, true, null), Some.Engineer);
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
        var anew = rollout.State.Reviews.Single(r => r is { Open: true, Kind: ReviewKind.Gate });
        Assert.Equal("review.evidence_changed", ((Decision<RolloutEvent>.Refused)rollout.Command(new DecideReview(anew.Id, true, null, "old"), Some.Product)).Code);
        rollout.Command(new DecideReview(anew.Id, true, null), Some.Product);
        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
    }

    [Fact]
    public void A_stopped_line_holds_every_way_forward_and_no_way_back()
    {
        var rollout = Of("");
        rollout.LineStopped = "audit";
        rollout.DriveWell(2 * TimeSpan.FromHours(1));
        Assert.Equal("one", rollout.State.Step!.Name);
        Assert.Equal(["window"], Gates.Shut(rollout.State, rollout.Now));
        Assert.Equal("rollout.line_stopped", ((Decision<RolloutEvent>.Refused)rollout.Command(new Advance(null, true, "must"), Some.Engineer)).Code);
        Assert.Single(rollout.Of<LineStopped>());

        rollout.LineStopped = null;
        rollout.DriveWell(Minute);
        Assert.Single(rollout.Of<LineResumed>());
        Assert.Equal("two", rollout.State.Step!.Name);

        rollout.LineStopped = "again";
        rollout.DriveWell(Minute);
        rollout.Command(new Rollback("bad"), Some.Engineer);
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
        Assert.IsType<Decision<RolloutEvent>.Refused>(rollout.Command(new Restore("ok", null, "again"), Some.Engineer));
        Assert.IsType<Decision<RolloutEvent>.Refused>(Some.Created().Command(new Start("audit"), Some.Engineer));
    }

    [Fact]
    public void A_step_ends_when_its_window_opens()
    {
        var rollout = Of("", top: "calendar: { timeZone: Europe/Berlin, changeWindows: [ { days: [mon-fri], from: \"14:00\", to: \"15:00\" } ] }");
        rollout.DriveWell(3 * TimeSpan.FromHours(1));
        Assert.Equal(["window"], Gates.Shut(rollout.State, rollout.Now));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 13, 0, 0, TimeSpan.Zero), NextWakes.NextWake(rollout.State, rollout.Now));
        rollout.DriveWell(TimeSpan.FromHours(1));
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Fact]
    public void An_outage_of_a_minute_in_a_step_is_one_loss_and_one_return_and_nothing_else()
    {
        var rollout = Of("- { name: m, when: memory > 80MB, for: 5m, action: rollback }").DriveWell(55 * Minute);
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(75));
        rollout.DriveWell(2 * Minute);
        Assert.Single(rollout.Of<EvidenceLost>());
        Assert.Single(rollout.Of<EvidenceRegained>());
        Assert.Empty(rollout.Of<RolledBack>());
        Assert.Equal("one", rollout.State.Step!.Name);
    }

    private static void Both(Simulator rollout, TimeSpan span, int errors, int legacyErrors, double latency, double legacyLatency)
    {
        for (var end = rollout.Now + span; rollout.Now < end
            && rollout.State.Watched; rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15)))
        {
            rollout.Push([
                Some.Sample(rollout.Now, variant: Variant.Legacy, errors: legacyErrors, latency: legacyLatency),
                Some.Sample(rollout.Now, errors: errors, latency: latency),
            ]);
        }
    }
}
