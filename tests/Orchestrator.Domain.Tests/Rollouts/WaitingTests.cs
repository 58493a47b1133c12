using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Each gate that is shut says why, until when, and by whom.</summary>
public sealed class WaitingTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static Simulator Of(string top = "", string step = "", string phase = "success: [ error_rate < 0.1% over 30m ]") => Some.Started(Some.Plan($$"""
        plan: small
        flag: f
        metrics: { error_rate: { ratio: errors / requests }, p95: { quantile: 0.95, of: response_time } }
        {{top}}
        phases:
          - name: p
            steps: [ { name: one, percentage: 10%, hold: 1h{{step}} }, { name: two, percentage: 100%, hold: 1h } ]
            {{phase}}
        """));

    private static Wait[] Of(Simulator rollout, string gate) =>
        [.. Waiting.For(rollout.State, rollout.Now).Where(wait => wait.Gate == gate)];

    [Fact]
    public void Every_gate_that_is_shut_has_a_reason_and_none_that_is_open()
    {
        var rollout = Some.Started();
        for (var i = 0; i < 400 && rollout.State.Unfinished; i++)
        {
            Assert.Equal(
                Gates.Shut(rollout.State, rollout.Now), Waiting.For(rollout.State, rollout.Now).Select(wait => wait.Gate).Distinct());
            Assert.DoesNotContain(Waiting.For(rollout.State, rollout.Now), wait => wait.Text.StartsWith("The gate '", StringComparison.Ordinal));
            rollout = i % 3 == 0 ? rollout.AgreeToEverything() : rollout.DriveWell(5 * Minute);
        }

        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
        Assert.Empty(Waiting.For(rollout.State, rollout.Now));
    }

    [Fact]
    public void A_hold_says_until_when_and_stands_still_in_a_pause_that_names_who_paused_and_why()
    {
        var rollout = Of();
        rollout.DriveWell(10 * Minute);
        var hold = Assert.Single(Of(rollout, "hold"));
        Assert.Equal(Some.Start + TimeSpan.FromHours(1), hold.OpensAt);
        Assert.Equal("Step 'one' holds until 2026-03-02T10:00:00Z, for another 50m.", hold.Text);

        rollout.Command(new Pause("lunch"), Some.Engineer);
        rollout.DriveWell(5 * Minute);
        Assert.Equal("Step 'one' holds for another 50m, which does not count while the rollout is paused.", Assert.Single(Of(rollout, "hold")).Text);
        Assert.Null(Assert.Single(Of(rollout, "hold")).OpensAt);
        var pause = Assert.Single(Of(rollout, "resume"));
        Assert.Equal(("The rollout is paused since 2026-03-02T09:10:00Z: lunch", Some.Engineer), (pause.Text, pause.By));
    }

    [Fact]
    public void Evidence_names_each_criterion_that_lacks_something_and_what()
    {
        var rollout = Of(phase: "success: [ error_rate < 0.1% over 30m, p95 < 1s over 30m ]");
        rollout.Drive(61 * Minute, at => Some.Sample(at, errors: 1));
        var wait = Assert.Single(Of(rollout, "evidence"), wait => wait.Text.StartsWith("Criterion 'error_rate", StringComparison.Ordinal));
        Assert.Contains("breached", wait.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Of(rollout, "evidence"), wait => wait.Text.StartsWith("Criterion 'p95", StringComparison.Ordinal));

        rollout.AdvanceTo(rollout.Now + 5 * Minute);
        Assert.Contains(Of(rollout, "evidence"), wait => wait.Text.StartsWith("No sample of the new variant arrives", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stopped_line_names_who_stopped_it_and_why()
    {
        var rollout = Of();
        (rollout.LineStopped, rollout.LineStoppedBy) = ("audit", "k-dora");
        rollout.DriveWell(Minute);
        var wait = Assert.Single(Of(rollout, "window"));
        Assert.Equal(("The line of 'production' is stopped: audit", "k-dora"), (wait.Text, wait.By?.Id));
        var refused =
            Assert.IsType<Domain.Events.Decision<RolloutEvent>.Refused>(rollout.Command(new Advance(null, true, "must"), Some.Engineer));
        Assert.Equal("The line of the environment is stopped by k-dora: audit", refused.Message);

        // Run and stopped again between two looks, for the same reason: another person answers for it now.
        rollout.LineStoppedBy = "k-emil";
        rollout.DriveWell(Minute);
        Assert.Equal("k-emil", Assert.Single(Of(rollout, "window")).By?.Id);

        (rollout.LineStopped, rollout.LineStoppedBy) = (null, null);
        rollout.DriveWell(Minute);
        Assert.Empty(Of(rollout, "window"));
        Assert.Null(rollout.State.LineStoppedBy);
    }

    [Fact]
    public void A_freeze_has_its_name_and_end_and_a_shut_window_its_next_opening()
    {
        var rollout = Of("""
            calendar: { timeZone: UTC, changeWindows: [ { days: [mon-fri], from: "14:00", to: "15:00" } ], freezes: [ { name: fair, from: "2026-03-02", to: "2026-03-03" } ] }
            """);
        rollout.DriveWell(Minute);
        var waits = Of(rollout, "window");
        Assert.Equal(
            [("Freeze 'fair' lasts until 2026-03-04T00:00:00Z.", new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.Zero)),
             ("The change window is shut; the next one opens at 2026-03-04T14:00:00Z.", new DateTimeOffset(2026, 3, 4, 14, 0, 0, TimeSpan.Zero))],
            waits.Select(wait => (wait.Text, wait.OpensAt!.Value)));
    }

    [Fact]
    public void People_say_which_review_lacks_whom_and_which_objective_is_not_ticked()
    {
        var rollout = Of(step: ", review: { roles: [product, engineering], quorum: 2 }");
        Assert.Contains("opened once hold and evidence are complete", Assert.Single(Of(rollout, "review")).Text, StringComparison.Ordinal);
        rollout.DriveWell(62 * Minute);
        var review = Assert.Single(rollout.State.Reviews, one => one.Open);
        rollout.Command(new DecideReview(review.Id, true, null), Some.Product);
        Assert.StartsWith($"Review {review.Id} (go or no-go) has 1 of 2 approvals and lacks 1 of product, engineering.", Assert.Single(Of(rollout, "review")).Text, StringComparison.Ordinal);

        var roles = Of(step: ", review: { roles: { product: 1, engineering: 1 } }");
        roles.DriveWell(62 * Minute);
        roles.Command(new DecideReview(Assert.Single(roles.State.Reviews, one => one.Open).Id, true, null), Some.Product);
        Assert.EndsWith("has 1 of 2 approvals and lacks 1 of engineering.", Assert.Single(Of(roles, "review")).Text, StringComparison.Ordinal);

        var beta = Some.Started().DriveTo("cohort");
        Assert.Equal("Objective 'feedback' is not ticked: Feedback was read", Assert.Single(Of(beta, "review")).Text);
    }

    [Fact]
    public void An_override_that_waits_for_a_second_person_names_the_first()
    {
        var rollout = Of();
        rollout.Drive(61 * Minute, at => Some.Sample(at, errors: 1));
        rollout.Command(new Advance(null, true, "fair opens"), Some.Engineer);
        var wait = Assert.Single(Of(rollout, "review"));
        Assert.Equal(Some.Engineer.Id, wait.By?.Id);
        Assert.Contains("(override) has 0 of 1 approvals", wait.Text, StringComparison.Ordinal);
    }
}
