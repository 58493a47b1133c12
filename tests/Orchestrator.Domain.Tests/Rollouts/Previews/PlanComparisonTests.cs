using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Previews;
using Orchestrator.Domain.Tests.Rollouts.Amending;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Rollouts.Previews;

public sealed class PlanComparisonTests
{
    private static readonly Plan Before = Some.Plan();

    [Fact]
    public void A_plan_beside_itself_differs_in_nothing_and_moves_no_user()
    {
        var comparison = Of();
        Assert.Equal("Both plans are the same.", comparison.Text);
        Assert.Empty(comparison.Changes);
        Assert.Empty(comparison.Looser);
        Assert.Empty(comparison.Users);
        Assert.Equal(["No user moves: every step has the same users as before."], comparison.UserTexts);
    }

    [Theory]
    [InlineData("> 0.5%, for: 5m", "> 0.8%, for: 5m", "Trigger error-rate-spike: when error_rate > 0.5% → error_rate > 0.8%.", ChangeStrictness.Looser)]
    [InlineData("> 0.5%, for: 5m", "> 0.4%, for: 5m", "Trigger error-rate-spike: when error_rate > 0.5% → error_rate > 0.4%.", ChangeStrictness.Stricter)]
    [InlineData("name: s10, percentage: 10%, hold: 1h", "name: s10, percentage: 10%, hold: 30m", "Step s10: hold 1h → 30m.", ChangeStrictness.Looser)]
    [InlineData("name: s10, percentage: 10%, hold: 1h", "name: s10, percentage: 10%, hold: 2h", "Step s10: hold 1h → 2h.", ChangeStrictness.Stricter)]
    [InlineData("title: New checkout", "title: Newer checkout", "Plan: title New checkout → Newer checkout.", ChangeStrictness.Same)]
    [InlineData("ratio: errors / requests", "ratio: failures / requests", "Metric error_rate: ratio errors / requests → failures / requests.", ChangeStrictness.Incomparable)]
    [InlineData("segments: [eu]", "segments: [beta]", "Trigger eu-memory: segments with beta in place of eu.", ChangeStrictness.Incomparable)]
    public void A_changed_value_is_one_sentence_with_its_strictness(string from, string to, string text, ChangeStrictness strictness)
    {
        var changes = Of((from, to)).Changes;
        Assert.Contains((text, strictness), changes.Select(change => (change.Text, change.Strictness)));
    }

    [Fact]
    public void Steps_without_names_are_compared_by_the_names_that_they_get()
    {
        const string text = """
            plan: short
            flag: short
            phases: [ { name: all, steps: [ { percentage: 10%, hold: 1h }, { percentage: 50%, hold: 1h }, { percentage: 100%, hold: 1h } ] } ]
            """;
        var changed = Read(text.Replace("50%", "60%", StringComparison.Ordinal));
        var change = Assert.Single(PlanComparison.Of(Read(text), changed, Some.Start).Changes);
        Assert.Equal(("phases[0].steps[1].percentage", "Step all-2: percentage 50% → 60%."), (change.Path, change.Text));

        var longer = Read(text.Replace("{ percentage: 100%, hold: 1h }", "{ percentage: 70%, hold: 1h }, { percentage: 100%, hold: 1h }", StringComparison.Ordinal));
        Assert.Equal(
            ["Step all-3: percentage 100% → 70%.", """Step all-4 is new: {"hold":"1h","percentage":"100%"}."""],
            PlanComparison.Of(Read(text), longer, Some.Start).Changes.Select(one => one.Text));

        static Plan Read(string plan) => PlanText.Read(plan).Plan!;
    }

    [Fact]
    public void A_trigger_that_is_gone_is_looser_and_the_same_trigger_coming_back_is_stricter()
    {
        var without = Correcting.Plan(("  - { name: server-errors, when: http_5xx_rate > 1%, action: rollback }\n", ""));
        var gone = Assert.Single(PlanComparison.Of(Before, without, Some.Start).Changes);
        var back = Assert.Single(PlanComparison.Of(without, Before, Some.Start).Changes);
        Assert.StartsWith("Trigger server-errors is gone; it was {", gone.Text, StringComparison.Ordinal);
        Assert.StartsWith("Trigger server-errors is new: {", back.Text, StringComparison.Ordinal);
        Assert.Equal((ChangeStrictness.Looser, ChangeStrictness.Stricter), (gone.Strictness, back.Strictness));
    }

    [Fact]
    public void A_criterion_that_is_gone_marks_the_criteria_and_not_the_hold_of_its_step()
    {
        var changes = Of(
            ("success: [ error_rate < 0.1% over 30m, incidents == 0 over 30m ]", "success: [ error_rate < 0.1% over 30m ]"), ("percentage: 10%, hold: 1h", "percentage: 10%, hold: 2h")).Changes;
        Assert.Equal(
            [("Step s10: hold 1h → 2h.", ChangeStrictness.Stricter), ("Phase gradual: success without incidents == 0 over 30m.", ChangeStrictness.Looser)],
            changes.Select(change => (change.Text, change.Strictness)));
    }

    [Fact]
    public void Users_who_move_are_the_difference_of_two_shares_of_one_bucket_order()
    {
        var comparison = Of(("percentage: 10%", "percentage: 12.5%"), ("percentage: 50%, hold", "percentage: 40%, hold"));
        Assert.Equal(
            [
                "Step s10: 10 % → 12.5 % of users. Another 2.5 % of users go to new when it begins; every user who was in it stays.",
                "Step s50: 50 % → 40 % of users. 10 % of users stay on legacy for longer.",
            ],
            comparison.UserTexts);
        Assert.Contains("a rollout under way needs a second person", comparison.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_step_and_a_joining_segment_are_told_with_their_users()
    {
        var comparison = Of(("- { name: s50,", "- { name: s40, percentage: 40%, hold: 1h }\n      - { name: s50,"), ("segments: [beta], hold: 1h", "segments: [beta, eu], hold: 1h"));
        Assert.Contains("Step s40 is new: 40 % of users are on new in it.", comparison.UserTexts);
        Assert.Contains(comparison.UserTexts, text => text.StartsWith("Step cohort: 0 % of users as before; all users of segment eu join", StringComparison.Ordinal));
    }

    [Fact]
    public void Sentences_of_the_current_step_say_that_no_user_moves()
    {
        var rollout = Some.Started().DriveTo("s25");
        var texts = rollout.Effect(Correcting.Plan(("percentage: 50%, hold", "percentage: 60%, hold"))).Users.Texts;
        Assert.Equal("No user moves now: the current step s25 keeps its 25 % of users and its segments.", texts[0]);
        Assert.StartsWith("Step s50: 50 % → 60 % of users. Another 10 %", texts[1], StringComparison.Ordinal);
    }

    private static PlanComparison Of(params (string From, string To)[] changes) =>
        PlanComparison.Of(Before, Correcting.Plan(changes), Some.Start);
}
