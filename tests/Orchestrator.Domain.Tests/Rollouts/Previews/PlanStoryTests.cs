using Orchestrator.Domain.Rollouts.Previews;

namespace Orchestrator.Domain.Tests.Rollouts.Previews;

public sealed class PlanStoryTests
{
    [Fact]
    public void Story_has_every_step_with_its_users_its_gates_and_its_people()
    {
        var story = PlanStory.Of(Some.Plan());
        Assert.Equal(
            "The plan takes flag newCheckout to 100% of users and beta, eu in 4 phases and 6 steps; 7 rules take users back by themselves.", story.Text);
        var steps = story.Phases.SelectMany(phase => phase.Steps).ToArray();
        Assert.Equal(["mirrored", "cohort", "s10", "s25", "s50", "s100"], steps.Select(step => step.Name));
        Assert.Equal("25% of users and beta, eu", steps[3].Audience);
        Assert.Equal(["error_rate < 0.1% over 30m", "incidents == 0 over 30m"], steps[3].Needs);
        Assert.Equal(["1 of engineering, product must agree every 2h"], steps[4].People);
        Assert.Equal(["a person ticks the objective 'feedback'"], steps[1].People);
        Assert.Equal("It lasts 2h to 1d.", story.Phases[3].Text);
        Assert.StartsWith("Requests are mirrored to new", story.Phases[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Story_says_what_each_rule_does_and_when()
    {
        var back = PlanStory.Of(Some.Plan()).Back;
        Assert.Contains("error-rate-spike: takes everyone back to legacy when error_rate > 0.5% for 5m.", back);
        Assert.Contains("eu-memory: takes segment eu back to legacy when memory in eu > 70MB.", back);
        Assert.Contains("error-rate-warning: holds the step and opens a review when error_rate between 0.2% and 0.5% for 10m.", back);
        Assert.Contains("latency-alert: notifies people when alert(HighLatency) for 20m.", back);
    }

    [Fact]
    public void Plan_without_a_rule_that_takes_users_back_says_so()
    {
        var plan = Some.Plan("""
            plan: bare
            flag: bare
            phases: [ { name: all, steps: [ { name: all, percentage: 100%, hold: 1h } ] } ]
            """);
        Assert.Equal("The plan takes flag bare to 100% of users in 1 phase and 1 step; no rule takes users back by itself.", PlanStory.Of(plan).Text);
        Assert.Equal(["new requests > 0 over 1h"], PlanStory.Of(plan).Phases[0].Steps[0].Needs);
    }
}
