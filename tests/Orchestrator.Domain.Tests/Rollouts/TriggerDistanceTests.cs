using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Tests.Rollouts;

public sealed class TriggerDistanceTests
{
    [Theory]
    [InlineData("error_rate > 0.5%", 0.0, 1.0)]
    [InlineData("error_rate > 0.5%", 0.004, 0.2)]
    [InlineData("error_rate > 0.5%", 0.006, 0.0)]
    [InlineData("error_rate < 99%", 0.99, 0.0)]
    [InlineData("error_rate < 50%", 1.0, 0.5)]
    [InlineData("error_rate < 50%", 0.4, 0.0)]
    [InlineData("error_rate between 20% and 40%", 0.1, 0.5)]
    [InlineData("error_rate between 20% and 40%", 0.3, 0.0)]
    [InlineData("error_rate between 20% and 40%", 0.8, 0.5)]
    [InlineData("error_rate == 0%", 0.5, 1.0)]
    [InlineData("error_rate == 0%", 0.0, 0.0)]
    [InlineData("error_rate > 0%", 0.0, 1.0)]
    public void Distance_is_the_part_of_the_way_that_is_left(string text, double value, double distance) =>
        Assert.Equal(distance, TriggerDistance.Of(Parse(text), value, null)!.Value, 6);

    [Fact]
    public void Nothing_is_said_without_a_value_or_a_baseline()
    {
        Assert.Null(TriggerDistance.Of(Parse("error_rate > 0.5%"), double.NaN, null));
        Assert.Null(TriggerDistance.Of(Parse("error_rate > 2x baseline"), 0.1, null));
        Assert.Equal(0.5, TriggerDistance.Of(Parse("error_rate > 2x baseline"), 0.1, 0.1)!.Value, 6);
    }

    private static Condition Parse(string text) => Some.Plan($$"""
        plan: small
        flag: f
        metrics: { error_rate: { ratio: errors / requests, baseline: legacy } }
        triggers: [ { name: t, when: "{{text}}", action: notify } ]
        phases: [ { name: p, steps: [ { name: one, percentage: 10%, hold: 1h } ] } ]
        """).Triggers[0].Rule.Condition;
}
