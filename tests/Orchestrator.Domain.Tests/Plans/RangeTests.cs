using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Plans;

/// <summary>Conditions that are always or never true guard nothing, or let everything advance.</summary>
public sealed class RangeTests
{
    private const string Trap = """
        plan: trap
        flag: trap
        segments: { beta: { optedIn: true } }
        metrics:
          error_rate: { ratio: errors / requests }
          usual: { ratio: errors / requests, baseline: 95% }
          against: { ratio: errors / requests, baseline: legacy }
          p99: { quantile: 0.99, of: response_time }
          score: { quantile: 0.5, of: score, unit: number }
          memory: { gauge: memory }
          rps: { rate: requests }
          complaints: { count: complaints }
        triggers: [ { name: bad, when: WHEN, action: rollback } ]
        phases:
          - name: p
            steps: [ { name: a, percentage: 50%, hold: 5m, segments: [beta] }, { name: b, percentage: 100%, hold: 1d } ]
            success: [ error_rate < 1% over 5m ]
        """;

    [Theory]
    [InlineData("error_rate < 1", "'error_rate < 1' is true of every share below 100%: error_rate is a share, from 0% to 100%; did you mean '< 1%' or '!= 100%'?")]
    [InlineData("error_rate > 1", "'error_rate > 1' is never true: error_rate is a share, from 0% to 100%; did you mean '> 1%' or '== 100%'?")]
    [InlineData("error_rate <= 1", "is always true")]
    [InlineData("error_rate < 100%", "'error_rate < 100%' is true of every share below 100%")]
    [InlineData("error_rate > 100%", "'error_rate > 100%' is never true")]
    [InlineData("against > 150%", "did you mean '> 1.5%' or '> 150% of baseline'?")]
    [InlineData("error_rate == 150%", "is never true")]
    [InlineData("error_rate != 150%", "is always true")]
    [InlineData("error_rate >= 0", "'error_rate >= 0' is always true: error_rate is a share, from 0% to 100%; did you mean '> 0%' or '== 0%'?")]
    [InlineData("error_rate < 0%", "is never true")]
    [InlineData("error_rate > -5%", "did you mean '> 5%' or '> 0%'?")]
    [InlineData("error_rate between 0 and 100%", "is always true")]
    [InlineData("error_rate between 0 and 1", "did you mean 'between 0% and 1%'")]
    [InlineData("error_rate between 110% and 150%", "is never true")]
    [InlineData("error_rate in beta > 1", "'error_rate in beta > 1' is never true")]
    [InlineData("shadow error_rate < 1", "'shadow error_rate < 1' is true of every share")]
    [InlineData("legacy error_rate > 100%", "is never true")]
    [InlineData("usual <= 110% of baseline", "is always true: usual is a share, from 0% to 100%, and 110% of baseline is 104.5%; did you mean '<= baseline' or '!= 100%'?")]
    [InlineData("usual > 2x baseline", "is never true")]
    [InlineData("against >= 0% of baseline", "is always true")]
    [InlineData("complaints >= 0", "'complaints >= 0' is always true: complaints is a count, a whole number from 0 on; did you mean '> 0' or '== 0'?")]
    [InlineData("complaints < 0", "is never true")]
    [InlineData("complaints == 1.5", "did you mean '== 1' or '== 2'?")]
    [InlineData("complaints between 1.2 and 1.8", "did you mean 'between 1 and 2' or '== 2'?")]
    [InlineData("incidents >= 0", "is always true")]
    [InlineData("absent(incidents)", "no sample carries them")]
    [InlineData("rps >= 0/s", "is always true: rps is a rate, never below 0")]
    [InlineData("p99 < 0ms", "is never true: p99 is a time, never below 0")]
    [InlineData("error_rate > 5% and error_rate < 1%", "'error_rate > 5% and error_rate < 1%' is never true: no value of error_rate satisfies all of it")]
    [InlineData("error_rate > 1% or error_rate < 5%", "is always true: no value of error_rate is excluded")]
    [InlineData("memory > 5MB and (error_rate > 1% or memory < 1MB) and memory < 4MB", "'memory > 5MB and memory < 4MB' is never true")]
    [InlineData("p99 > 1s and error_rate > 1", "'error_rate > 1' is never true")]
    public void A_condition_that_is_always_or_never_true_is_refused(string when, string words)
    {
        var error = Assert.Single(PlanText.Read(Text(when)).Errors);
        Assert.Equal(("triggers[0].when", 13), (error.Path, error.Line));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error_rate > 0")]
    [InlineData("error_rate <= 0%")]
    [InlineData("error_rate >= 100%")]
    [InlineData("error_rate == 1")]
    [InlineData("error_rate != 100%")]
    [InlineData("error_rate < 99.9%")]
    [InlineData("error_rate between 50% and 150%")]
    [InlineData("against > 110% of baseline")]
    [InlineData("against > 3x baseline")]
    [InlineData("usual < 105% of baseline")]
    [InlineData("complaints > 0")]
    [InlineData("complaints < 0.5")]
    [InlineData("memory > -5MB")]
    [InlineData("score >= 0")]
    [InlineData("p99 > 0ms")]
    [InlineData("absent(error_rate)")]
    [InlineData("error_rate > 1% over 1h and error_rate > 1% over 5m")]
    [InlineData("error_rate > 1% over 1h and error_rate < 1% over 5m")]
    [InlineData("error_rate > 1% or error_rate in beta < 5%")]
    [InlineData("(error_rate > 1% and p99 > 1s) or (error_rate < 1% and p99 > 2s)")]
    [InlineData("complaints > 1 and complaints < 3")]
    public void A_condition_that_is_sometimes_true_is_taken(string when) => Assert.Empty(PlanText.Read(Text(when)).Errors);

    [Theory]
    [InlineData("success: [ error_rate < 1% over 5m ]", "success: [ error_rate < 1 over 5m ]", "phases[0].success[0]")]
    [InlineData("success: [ error_rate < 1% over 5m ]", "success: [ { when: error_rate <= 100%, over: 5m } ]", "phases[0].success[0].when")]
    [InlineData("error_rate: { ratio: errors / requests }", "error_rate: { ratio: errors / requests, target: < 1 }", "metrics.error_rate.target")]
    [InlineData("error_rate: { ratio: errors / requests }", "error_rate: { ratio: errors / requests, alert: \"> 100%\" }", "metrics.error_rate.alert")]
    [InlineData("when: WHEN", "when: error_rate > 5%, clear: \"<= 100%\"", "triggers[0].clear")]
    [InlineData("flag: trap", "flag: trap\nhealthChecks: [ { name: h, when: legacy error_rate < 1 } ]", "healthChecks[0].when")]
    [InlineData("flag: trap", "flag: trap\nalerts: [ { name: A, on: error_rate > 1, action: notify_team } ]", "alerts[0].on")]
    public void Each_place_of_a_condition_is_held_to_the_range(string found, string broken, string path)
    {
        var text = Trap.Replace(found, broken, StringComparison.Ordinal).Replace("WHEN", "error_rate > 5%", StringComparison.Ordinal);
        Assert.Equal(path, Assert.Single(PlanText.Read(text).Errors).Path);
    }

    [Fact]
    public void A_recorded_plan_with_such_a_condition_is_read_as_before_with_a_warning()
    {
        var document = Recorded(Text("error_rate > 1"));
        var reading = PlanReader.ReadDocument(document);
        Assert.Equal("error_rate > 1", Assert.Single(reading.Plan!.Triggers).Rule.Text);
        Assert.Contains(reading.Warnings, warning => warning.Message.Contains("is never true", StringComparison.Ordinal));
        Assert.Contains("is never true", Assert.Single(PlanReader.Younger(document)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("and")]
    [InlineData("or")]
    public void A_metric_called_like_a_joint_is_refused_and_read_from_records(string name)
    {
        var text = Text($"{name} > 5%").Replace("error_rate: {", $"error_rate: {{ ratio: errors / requests }}\n  {name}: {{", StringComparison.Ordinal);
        Assert.Equal($"metrics.{name}", Assert.Single(PlanText.Read(text).Errors).Path);
        Assert.Equal(name, Assert.Single(PlanReader.ReadDocument(Recorded(text)).Plan!.Triggers).Rule.Condition.Subject!.Metric);
    }

    private static string Text(string when) => Trap.Replace("WHEN", $"\"{when}\"", StringComparison.Ordinal);

    /// <summary>The canonical document of a text that this build refuses.</summary>
    private static string Recorded(string text) => CanonicalJson.Write(YamlText.Parse(text, out _)!, PlanKeys.Ordered);
}
