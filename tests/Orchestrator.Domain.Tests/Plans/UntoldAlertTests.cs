using Orchestrator.Domain.Notifications;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Tests.Rollouts;
using Orchestrator.PlanFiles;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Plans;

/// <summary>An alert at a metric is no rule, and the reader says so with the rule that would be one.</summary>
public sealed class UntoldAlertTests
{
    private static PlanReading Read(string metrics, string rules = "") => PlanText.Read($$"""
        plan: p
        flag: f
        metrics: { {{metrics}} }
        channels: [ { name: team, kind: webhook, target: "http://127.0.0.1:9/team" } ]
        triggers: [ { name: back, when: error_rate > 5%, action: rollback } ]
        {{rules}}
        phases: [ { name: all, steps: [ { percentage: 100%, hold: 1h } ], review: { roles: [product] } } ]
        """);

    private const string ErrorRate = "error_rate: { ratio: errors / requests, alert: \"> 0.2%\" }";

    [Fact]
    public void An_alert_that_no_rule_says_is_told_to_the_author_with_the_rule_to_write()
    {
        var reading = Read(ErrorRate + ", memory: { gauge: memory, alert: \"> 50MB\" }");
        var warning = Assert.Single(reading.Warnings);
        Assert.Equal(
            ("metrics", "no notification is sent for the 'alert' of error_rate, memory: it is display text, and no rule has the same condition. To be notified, write a rule: "
                + "alerts: [ { name: error_rate, on: \"error_rate > 0.2%\", for: 5m, action: investigate } ]"),
            (warning.Path, warning.Message));
    }

    [Theory]
    [InlineData("alerts: [ { name: error_rate, on: \"error_rate > 0.2%\", for: 5m, action: investigate } ]")]
    [InlineData("alerts: [ { name: any, on: \"(error_rate > 0.002 or absent(requests)) for 5m\", action: investigate } ]")]
    public void One_that_a_rule_says_is_no_warning_and_reaches_people(string rules)
    {
        var reading = Read(ErrorRate, rules);
        Assert.Empty(reading.Warnings);
        var rollout = Some.Started(reading.Plan);
        rollout.Drive(TimeSpan.FromMinutes(6), at => Some.Sample(at, errors: 4));
        var fired = Assert.Single(rollout.Of<TriggerFired>());
        Assert.NotNull(Notice.Of(fired, reading.Plan!)!.Level);
    }

    [Fact]
    public void One_that_only_another_limit_says_is_a_warning() => Assert.Single(Read(ErrorRate, "alerts: [ { name: any, on: \"error_rate > 0.3%\", action: investigate } ]").Warnings);

    [Fact]
    public void A_target_needs_no_rule() => Assert.Empty(Read("error_rate: { ratio: errors / requests, target: < 0.1% }").Warnings);

    [Fact]
    public void The_sentence_names_twenty_and_counts_the_others()
    {
        var reading = Read(ErrorRate + ", " + string.Join(", ", Enumerable.Range(1, 30).Select(i => $"m{i}: {{ gauge: g{i}, alert: \"> 5\" }}")));
        Assert.Contains("m18, m19 and 11 more:", Assert.Single(reading.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recorded_plan_means_what_it_meant() =>
        Assert.NotNull(PlanReader.ReadDocument(Read(ErrorRate).Plan!.Document).Plan);
}
