using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Amending.Strictness;
using Orchestrator.Domain.Tests.Plans;

namespace Orchestrator.Domain.Tests.Rollouts.Amending;

public sealed class LooserPlanTests
{
    [Theory]
    [InlineData("when: error_rate > 0.5%, for: 5m", "when: error_rate > 0.6%, for: 5m", "triggers[0]")]
    [InlineData("when: error_rate > 0.5%, for: 5m", "when: error_rate > 0.5%, for: 6m", "triggers[0]")]
    [InlineData("when: error_rate > 0.5%, for: 5m", "when: error_rate > 0.5%, over: 5m, for: 5m", "triggers[0]")]
    [InlineData("when: error_rate > 0.5%, for: 5m", "when: p95_response_time > 1s, for: 5m", "triggers[0]")]
    [InlineData("when: error_rate > 0.5%, for: 5m", "when: error_rate > 0.5% and p99_response_time > 1s, for: 5m", "triggers[0]")]
    [InlineData("for: 5m, action: rollback }", "for: 5m, action: review }", "triggers[0]", "triggers[5]")]
    [InlineData("for: 5m, action: rollback }", "for: 5m, action: rollback, coolDown: 1h }", "triggers[0]", "triggers[5]")]
    [InlineData("  - { name: server-errors, when: http_5xx_rate > 1%, action: rollback }\n", "", "triggers[3]")]
    [InlineData("error_rate between 0.2% and 0.5%", "error_rate between 0.3% and 0.5%", "triggers[6]")]
    [InlineData("segments: [eu] }\nphases", "segments: [beta] }\nphases", "triggers[8]")]
    [InlineData("percentage: 50%, hold: 4h", "percentage: 50%, hold: 3h", "phases[2].steps[2].hold", "phases[3].steps[0].percentage")]
    [InlineData("percentage: 50%, hold: 4h", "percentage: 70%, hold: 4h", "phases[2].steps[2].percentage")]
    [InlineData("review: { every: 2h, roles: [engineering, product] }", "review: { every: 3h, roles: [engineering, product] }", "phases[2].steps[2].review")]
    [InlineData("review: { every: 2h, roles: [engineering, product] }", "review: { every: 2h, roles: [engineering, product, support] }", "phases[2].steps[2].review")]
    [InlineData(", review: { every: 2h, roles: [engineering, product] }", "", "phases[2].steps[2].review")]
    [InlineData("    review: { roles: [product] }\n", "", "phases[3].review")]
    [InlineData("duration: 2h..1d", "duration: 1h..1d", "phases[3].duration")]
    [InlineData("success: [ error_rate < 0.1% over 30m, incidents", "success: [ error_rate < 0.2% over 30m, incidents", "phases[2].steps[0]", "phases[2].steps[1]", "phases[2].steps[2]")]
    [InlineData("success: [ error_rate < 0.1% over 30m, incidents", "success: [ error_rate < 0.1% over 20m, incidents", "phases[2].steps[0]", "phases[2].steps[1]", "phases[2].steps[2]")]
    [InlineData(", incidents == 0 over 30m ]", " ]", "phases[2].steps[0]", "phases[2].steps[1]", "phases[2].steps[2]")]
    [InlineData("error_rate: { ratio: errors / requests", "error_rate: { ratio: http_5xx / requests", "metrics.error_rate")]
    [InlineData("flag: newCheckout", "flag: newCheckout\njudgement: { confidence: 0.9 }", "judgement.confidence")]
    [InlineData("flag: newCheckout", "flag: newCheckout\njudgement: { minTraffic: 1000 }", "judgement.minTraffic")]
    [InlineData("flag: newCheckout", "flag: newCheckout\nonUnwatched: hold", "phases[0].onUnwatched", "phases[1].onUnwatched", "phases[2].onUnwatched", "phases[3].onUnwatched")]
    [InlineData("flag: newCheckout", "flag: newCheckout\nonStale: last", "phases[0].onStale", "phases[1].onStale", "phases[2].onStale")]
    [InlineData("flag: newCheckout", "flag: newCheckout\napprovals: { roles: [engineering, product, devops] }", "approvals.roles", "triggers")]
    public void What_is_looser_is_told_by_its_path(string from, string to, params string[] paths)
    {
        var rollout = Some.Started().DriveTo("s25");
        Assert.Equal(paths, rollout.Effect(Correcting.Plan((from, to))).Looser.Select(one => one.Path).Distinct());
    }

    [Theory]
    [InlineData("when: error_rate > 0.5%, for: 5m", "when: error_rate > 0.4%, for: 5m")]
    [InlineData("when: error_rate > 0.5%, for: 5m", "when: error_rate >= 0.5%, for: 4m")]
    [InlineData("when: error_rate > 0.5%, for: 5m", "when: error_rate > 0.5% or p99_response_time > 1s, for: 5m")]
    [InlineData("for: 2m, action: rollback", "for: 2m, level: critical, action: rollback")]
    [InlineData("for: 10m, action: review", "for: 10m, action: rollback")]
    [InlineData("error_rate between 0.2% and 0.5%", "error_rate between 0.1% and 0.6%")]
    [InlineData("percentage: 50%, hold: 4h", "percentage: 40%, hold: 5h")]
    [InlineData("review: { every: 2h, roles: [engineering, product] }", "review: { every: 1h, roles: [product], quorum: 2 }")]
    [InlineData("success: [ error_rate < 0.1% over 30m, incidents", "success: [ error_rate < 0.05% over 45m, incidents")]
    [InlineData("flag: newCheckout", "flag: newCheckout\nchannels: [ { name: ops, kind: webhook, target: 'https://ops.example' } ]")]
    [InlineData("flag: newCheckout", "flag: newCheckout\nteams: [ { name: Support, role: support } ]")]
    [InlineData("flag: newCheckout", "flag: newCheckout\njudgement: { confidence: 0.99, coverage: 0.99 }")]
    [InlineData("title: New checkout", "title: The new checkout")]
    [InlineData("- { name: s100, percentage: 100%", "- { name: s75, percentage: 75%, hold: 1h }\n      - { name: s100, percentage: 100%")]
    public void What_is_as_strict_needs_no_second_person(string from, string to)
    {
        var rollout = Some.Started().DriveTo("s25");
        var text = from.StartsWith("- { name: s100", StringComparison.Ordinal)
            ? Correcting.Plan(("steps: [ { name: s100, percentage: 100%, hold: 1h } ]", "steps: [ { name: s75, percentage: 75%, hold: 1h }, { name: s100, percentage: 100%, hold: 1h } ]"))
            : Correcting.Plan((from, to));
        Assert.Empty(rollout.Effect(text).Looser.Select(one => $"{one.Path}: {one.Text}"));
    }

    [Fact]
    public void Each_plan_of_the_samples_is_as_strict_as_itself()
    {
        foreach (var file in Samples.PlanFiles)
        {
            var plan = Some.Plan(Samples.Plan(file));
            var effect = Some.Started(plan).Effect(plan);
            Assert.Equal((file, "", ""), (file, string.Join("; ", effect.Looser), string.Join("; ", effect.Refusals)));
        }
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("phase")]
    [InlineData("step")]
    public void A_trigger_for_each_segment_is_told_by_the_path_at_which_it_is_written(string level)
    {
        var rollout = Some.Started(PerSegment(level, "5%"));
        Assert.Empty(rollout.Effect(PerSegment(level, "4%")).Looser);
        var path = level switch { "plan" => "triggers[0]", "phase" => "phases[0].triggers[0]", _ => "phases[0].steps[0].triggers[0]" };
        Assert.Equal([path], rollout.Effect(PerSegment(level, "6%")).Looser.Select(one => one.Path).Distinct());
        Assert.Equal([path], rollout.Effect(PerSegment("none", "6%")).Looser.Select(one => one.Path).Distinct());
    }

    private static Plan PerSegment(string level, string limit)
    {
        var triggers = $"triggers: [ {{ name: r, when: error_rate > {limit}, perSegment: true, action: rollback-segment }} ]";
        return Some.Plan(
            $$"""
            plan: tiny
            flag: tinyFlag
            segments: { eu: { attribute: region, equals: eu }, us: { attribute: region, equals: us } }
            metrics: { error_rate: { ratio: errors / requests } }
            {{(level == "plan" ? triggers : "")}}
            phases:
              - name: p
                {{(level == "phase" ? triggers : "title: p")}}
                steps: [ { name: s, percentage: 10%, hold: 1d{{(level == "step" ? ", " + triggers : "")}} } ]
                success: [ error_rate < 1% over 1h ]
            """);
    }

    [Fact]
    public void A_shorter_bake_is_looser_and_a_longer_one_is_not()
    {
        var rollout = Some.Started(Correcting.Plan(("flag: newCheckout", "flag: newCheckout\nbake: 14d"))).DriveTo("s10");
        Assert.StartsWith("bake: ", Assert.Single(rollout.Looser(("flag: newCheckout", "flag: newCheckout\nbake: 7d"))), StringComparison.Ordinal);
        Assert.Single(rollout.Looser());
        Assert.Empty(rollout.Looser(("flag: newCheckout", "flag: newCheckout\nbake: 28d")));
    }

    [Fact]
    public void A_later_step_that_is_gone_and_its_share_that_comes_earlier_are_looser()
    {
        var rollout = Some.Started().DriveTo("s25");
        var looser = rollout.Looser(("      - { name: s50, percentage: 50%, hold: 4h, review: { every: 2h, roles: [engineering, product] } }\n", ""));
        Assert.Contains(looser, one => one.StartsWith("phases[2].steps[2]: step s50 and its gate are gone", StringComparison.Ordinal));
        Assert.Contains(looser, one => one.StartsWith("phases[3].steps[0].percentage: 100% of users", StringComparison.Ordinal));
    }

    [Fact]
    public void A_step_under_a_new_name_is_held_against_the_one_that_guarded_as_many_users()
    {
        var rollout = Some.Started().DriveTo("s25");
        Assert.Empty(rollout.Looser(("name: s50, percentage: 50%", "name: half, percentage: 50%")));
        Assert.Contains(
            rollout.Looser(("- { name: s50, percentage: 50%, hold: 4h, review: { every: 2h, roles: [engineering, product] } }", "- { name: half, percentage: 50%, hold: 4h }")),
            one => one.Contains("no longer requires a review", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("error_rate > 0.4%", "error_rate > 0.5%", true)]
    [InlineData("error_rate >= 0.5%", "error_rate > 0.5%", true)]
    [InlineData("error_rate > 0.5%", "error_rate >= 0.5%", false)]
    [InlineData("error_rate < 0.5%", "error_rate < 0.4%", true)]
    [InlineData("error_rate < 0.4%", "error_rate < 0.5%", false)]
    [InlineData("error_rate >= 0.1%", "error_rate == 0.2%", true)]
    [InlineData("error_rate > 0.1%", "error_rate between 0.2% and 0.5%", true)]
    [InlineData("error_rate > 0.2%", "error_rate between 0.2% and 0.5%", false)]
    [InlineData("error_rate > 110% of baseline", "error_rate > 120% of baseline", true)]
    [InlineData("error_rate > 110% of baseline", "error_rate > 0.5%", false)]
    [InlineData("error_rate > 0.4% or memory > 1GB", "error_rate > 0.5%", true)]
    [InlineData("error_rate > 0.4%", "error_rate > 0.5% and memory > 1GB", true)]
    [InlineData("error_rate > 0.4% and memory > 1GB", "error_rate > 0.5%", false)]
    [InlineData("error_rate > 0.4% or memory > 1GB", "error_rate > 0.5% or memory > 2GB", true)]
    [InlineData("error_rate > 0.4% or memory > 1GB", "error_rate > 0.5% or memory > 0.5GB", false)]
    [InlineData("error_rate in eu > 0.4%", "error_rate > 0.5%", false)]
    [InlineData("alert(One)", "alert(Two)", false)]
    [InlineData("absent(requests)", "absent(requests)", true)]
    public void A_condition_follows_from_another_only_where_that_is_certain(string wide, string narrow, bool covers) =>
        Assert.Equal(covers, ConditionCover.Covers(Read(wide), Read(narrow)));

    private static Condition Read(string text)
    {
        Assert.True(ConditionParser.TryParse(text, out var rule, out var error), error?.Message);
        return rule!.Condition;
    }
}
