using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Tests.Rollouts.Amending;

public sealed class AmendmentCheckTests
{
    [Fact]
    public void All_that_decided_who_is_on_new_stays_and_errors_name_every_contradicting_path()
    {
        var rollout = Some.Started().DriveTo("s25");
        var plan = Correcting.Plan(
            ("plan: checkout", "plan: checkout\nstickiness: plan\nstickyBy: account"), ("flag: newCheckout", "flag: otherCheckout"), ("segments: [beta], hold: 1h", "segments: [eu], hold: 1h"),
            ("percentage: 10%", "percentage: 12%"), ("name: s25, percentage: 25%, hold: 1h, segments: [eu]", "name: s25, percentage: 30%, hold: 1h"), ("shadow: true", "shadow: false\n    objectives: [ { name: seen, title: It was looked at, required: true } ]"));
        Assert.Equal(
            ["flag", "stickiness", "stickyBy", "phases[0].shadow", "phases[1].steps[0].segments", "phases[2].steps[0].percentage", "phases[2].steps[1].percentage", "phases[2].steps[1].segments"],
            rollout.Refusals(plan));
        var before = rollout.State;
        Correcting.Refused("rollout.past_changed", rollout.Amend(plan));
        Assert.Same(before, rollout.State);
        Assert.Equal((25m, 30m), (rollout.Effect(plan).Users.Now.Before!.Value, rollout.Effect(plan).Users.Now.After!.Value));
    }

    [Fact]
    public void Entered_steps_keep_place_and_name_and_a_phase_that_is_over_takes_no_new_step()
    {
        var rollout = Some.Started().DriveTo("s25");
        Assert.Equal(["phases[2].steps[0]", "phases[2].steps[1]"], rollout.Refusals(Correcting.Plan(
            ("- { name: s10, percentage: 10%, hold: 1h }", "- { name: s05, percentage: 5%, hold: 1h }\n      - { name: s10, percentage: 10%, hold: 1h }"))));
        Assert.Equal(["phases[1].steps[1]"], rollout.Refusals(Correcting.Plan(
            ("steps: [ { name: cohort, segments: [beta], hold: 1h } ]", "steps: [ { name: cohort, segments: [beta], hold: 1h }, { name: more, percentage: 5%, hold: 1h } ]"))));
        Assert.Equal(["phases[1]"], rollout.Refusals(Correcting.Plan(("name: beta\n", "name: friends\n"))));
        Assert.Equal(["phases[1].flags"], rollout.Refusals(Correcting.Plan(("- name: beta\n", "- name: beta\n    flags: { banner: true }\n"))));
    }

    [Fact]
    public void Steps_ahead_come_and_go_and_the_effect_says_for_how_many_users()
    {
        var rollout = Some.Started().DriveTo("s25");
        var effect = rollout.Effect(Correcting.Plan(
            ("- { name: s50, percentage: 50%, hold: 4h", "- { name: s40, percentage: 40%, hold: 4h, review: { every: 2h } }\n      - { name: s50, percentage: 60%, hold: 4h")));
        Assert.Empty(effect.Refusals);
        Assert.Equal((25m, 25m), (effect.Users.Now.Before!.Value, effect.Users.Now.After!.Value));
        Assert.Equal([("s50", 50m, 60m), ("s40", null, 40m)], effect.Users.Ahead.Select(one => (one.Step, one.Before, one.After)));
        Assert.Contains(effect.Changes, one => one.Path == "phases[2].steps[3].percentage" && one.Before!.Contains("50", StringComparison.Ordinal)
            && one.After!.Contains("60", StringComparison.Ordinal));
        Assert.Contains(effect.Changes, one => one.Path == "phases[2].steps[2]" && one.Before is null);
    }

    [Fact]
    public void A_share_of_a_segment_stays_up_to_the_current_step_and_is_looser_where_earlier()
    {
        const string s25 = "{ name: s25, percentage: 25%, hold: 1h, segments: [eu] }";
        const string s50 = "- { name: s50, percentage: 50%, hold: 4h";
        var plan = Correcting.Plan((s25, "{ name: s25, percentage: 25%, hold: 1h, audience: [ { segment: eu, percentage: 40% } ] }"), (s50, "- { name: eu70, audience: [ { segment: eu, percentage: 70% } ], hold: 1h }\n      " + s50));
        var rollout = Some.Started(plan).DriveTo("s25");
        var text = plan.Document;
        Assert.Equal(["phases[2].steps[1].audience"], rollout.Refusals(Edited("40%", "45%")));
        var more = rollout.Effect(Edited("70%", "80%"));
        Assert.Empty(more.Refusals);
        Assert.Equal(["phases[2].steps[2].audience"], more.Looser.Select(one => one.Path));
        Assert.Equal(("eu", 70m, 80m), Assert.Single(more.Users.Ahead[0].Shares.Select(one => (one.Segment, one.Before, one.After))));
        Assert.Empty(rollout.Effect(Edited("70%", "60%")).Looser);

        Orchestrator.Domain.Plans.Plan Edited(string from, string to)
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            return Some.Plan(text.Replace(from, to, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_segment_that_was_taken_back_stays_back()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Command(new Rollback("bad in eu", ["eu"]), Some.Engineer);
        rollout.Amend(Correcting.Plan(("hold: 4h, review", "hold: 5h, review")));
        Assert.Equal(["eu"], rollout.State.TakenBack);
        Assert.Equal(2, rollout.State.Revision);
    }

    [Fact]
    public void The_pace_of_a_ramp_under_way_does_not_change()
    {
        const string legacy = "flag: newCheckout\nlegacy: { capacity: 5%, per: 1h }";
        var rollout = Some.Started(Correcting.Plan(("flag: newCheckout", legacy))).DriveTo("s50");
        rollout.Command(new StepBack(null, "slowly"), Some.Engineer);
        Assert.NotNull(rollout.State.Ramp);
        Assert.Equal(["legacy"], rollout.Refusals(Correcting.Plan(("flag: newCheckout", legacy.Replace("5%", "50%", StringComparison.Ordinal)))));
        Assert.Equal(["legacy"], rollout.Refusals(Some.Plan()));
    }
}
