using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>"100 %" with a region on legacy is no end, until a person says that it is.</summary>
public sealed class LegacySegmentTests
{
    private const string Text = """
        plan: small
        flag: checkout
        segments: { eu: { any: [ { attribute: region, equals: eu } ] } }
        metrics: { error_rate: { ratio: errors / requests } }
        phases:
          - name: full
            steps: [ { name: half, percentage: 50%, hold: 10m }, { name: all, percentage: 100%, hold: 10m } ]
            success: [ error_rate < 0.1% over 5m ]
        """;

    private const string Windows = """

        calendar:
          timeZone: UTC
          changeWindows: [ { days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00" } ]
          freezes: [ { name: audit, from: 2026-03-03T00:00:00Z, to: 2026-03-04T00:00:00Z } ]
        """;

    [Fact]
    public void A_segment_taken_back_holds_the_end_of_the_rollout_and_no_step_before_it()
    {
        var rollout = WithEuBack();
        Assert.Equal("all", rollout.State.Step!.Name);
        Assert.Equal(["segment"], Gates.Shut(rollout.State, rollout.Now));
        rollout.DriveWell(TimeSpan.FromHours(5));
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
        Assert.Contains("eu is taken back to legacy", Summary.Of(rollout.State), StringComparison.Ordinal);
        Assert.Contains(
            Retrospective.Of(rollout.Events, rollout.Now).Waiting, wait => wait.Gate == "segment" && wait.Alone > TimeSpan.FromHours(4));
        var refused = Assert.IsType<Decision<RolloutEvent>.Refused>(rollout.Command(new Advance(null, false, null), Some.Engineer));
        Assert.Contains("eu taken back to legacy", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_ends_when_the_segment_is_restored()
    {
        var rollout = WithEuBack();
        rollout.Command(new Restore("fixed", ["eu"]), Some.Engineer);
        rollout.DriveWell(TimeSpan.FromMinutes(1));
        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
        Assert.Null(rollout.Of<RolloutCompleted>()[^1].OnLegacy);
    }

    [Fact]
    public void It_ends_when_a_person_says_that_the_segment_stays_and_the_end_names_it()
    {
        var rollout = WithEuBack();
        Assert.IsType<Decision<RolloutEvent>.Refused>(rollout.Command(new KeepBack("typo", ["us"]), Some.Engineer));
        rollout.Command(new KeepBack("the tax service of eu comes in summer", ["eu"]), Some.Engineer);
        rollout.Command(new KeepBack("said twice", ["eu"]), Some.Engineer);
        rollout.DriveWell(TimeSpan.FromMinutes(1));
        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
        Assert.Equal((Some.Engineer.Id, "the tax service of eu comes in summer"), (Assert.Single(rollout.Of<SegmentKeptBack>()).By, rollout.State.KeptBack["eu"].Reason));
        Assert.Equal(["eu"], rollout.Of<RolloutCompleted>()[^1].OnLegacy!);
        var outcome = Retrospective.Of(rollout.Events).Headline.Outcome;
        Assert.Contains("100% of users, but eu stays on legacy by decision of k-anna (the tax service of eu comes in summer)", outcome, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_to_keep_back_ends_with_the_next_rollback_of_the_segment()
    {
        var rollout = WithEuBack();
        rollout.Command(new KeepBack("stays", ["eu"]), Some.Engineer);
        rollout.Command(new Restore("after all", ["eu"]), Some.Engineer);
        rollout.Command(new Rollback("bad again", ["eu"]), Some.Engineer);
        Assert.Equal(["eu"], rollout.State.Missing);
    }

    [Fact]
    public void The_end_of_the_rollout_ends_no_incident_that_no_person_acknowledged()
    {
        var unseen = WithEuBack();
        unseen.Command(new KeepBack("stays", ["eu"]), Some.Engineer);
        unseen.DriveWell(TimeSpan.FromMinutes(1));
        Assert.Equal((RolloutStatus.Completed, IncidentStatus.Open), (unseen.State.Status, Assert.Single(unseen.State.Incidents).Status));
        unseen.AdvanceTo(unseen.Now + TimeSpan.FromDays(30));
        unseen.Command(new ResolveIncident(unseen.State.Incidents[0].Id, "eu stays"), Some.Engineer);
        Assert.Equal(Some.Engineer.Id, unseen.State.Incidents[0].Ended!.By);

        var seen = WithEuBack();
        seen.Command(new AcknowledgeIncident(seen.State.Incidents[0].Id), Some.Engineer);
        seen.Command(new KeepBack("stays", ["eu"]), Some.Engineer);
        seen.DriveWell(TimeSpan.FromMinutes(1));
        Assert.Equal(IncidentStatus.Ended, Assert.Single(seen.State.Incidents).Status);
    }

    [Theory]
    [InlineData("2026-03-02T21:00:00Z", "outside the plan's change windows, which open at 2026-03-04T08:00:00Z")]
    [InlineData("2026-03-03T12:00:00Z", "in the freeze 'audit', which opens at 2026-03-04T08:00:00Z")]
    [InlineData("2026-03-05T12:00:00Z", null)]
    public void A_restore_while_the_calendar_is_closed_is_made_and_says_so(string at, string? says)
    {
        var rollout = Some.Started(Some.Plan(Text + Windows)).DriveWell(TimeSpan.FromMinutes(3));
        rollout.Command(new Rollback("bad"), Some.Engineer);
        rollout.AdvanceTo(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));
        rollout.Command(new Restore("fixed"), Some.Engineer);
        Assert.Equal((RolloutStatus.Running, says), (rollout.State.Status, rollout.Of<RolloutRestored>()[^1].Outside));
        rollout.Command(new Rollback("bad", ["eu"]), Some.Engineer);
        rollout.Command(new Restore("fixed", ["eu"]), Some.Engineer);
        Assert.Equal(says, rollout.Of<SegmentRestored>()[^1].Outside);
        var moments = Retrospective.Of(rollout.Events).Moments.Where(m => m.Type is nameof(RolloutRestored) or nameof(SegmentRestored))
            .Select(m => m.Text).ToArray();
        Assert.Equal(2, moments.Length);
        Assert.All(moments, text => Assert.Equal(says is not null, text.Contains(says ?? "outside", StringComparison.Ordinal)));
    }

    private static Simulator WithEuBack()
    {
        var rollout = Some.Started(Some.Plan(Text)).DriveWell(TimeSpan.FromMinutes(3));
        rollout.Command(new Rollback("eu loses orders", ["eu"]), Some.Engineer);
        rollout.DriveWell(TimeSpan.FromMinutes(40));
        return rollout;
    }
}
