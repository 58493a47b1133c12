using Orchestrator.Domain.History;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Tests.Rollouts;

namespace Orchestrator.Domain.Tests.History;

public sealed class BadWeatherTests
{
    private static readonly Plan Plan = Some.Plan();

    [Fact]
    public void Trigger_with_a_time_fires_when_its_time_is_over_and_takes_everyone_back()
    {
        var weather = Of("s10", "error_rate", 0.006);
        var fired = Assert.Single(weather.Fired);
        Assert.Equal(("error-rate-spike", "takes everyone back to legacy"), (fired.Rule, fired.Action));
        Assert.InRange(fired.After, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(7));
        Assert.StartsWith("If error_rate is 0.6% from the begin of step s10 on, error-rate-spike takes everyone back to legacy after ", weather.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s10", "p99_response_time", 600, "latency-collapse")]
    [InlineData("s100", "memory", 90e6, "memory-leak")]
    [InlineData("s25", "availability", 0, "unavailable")]
    [InlineData("mirrored", "http_5xx_rate", 0.02, "server-errors")]
    public void Each_kind_of_metric_reaches_its_rule(string step, string metric, double value, string rule) =>
        Assert.Contains(rule, Of(step, metric, value).Fired.Select(one => one.Rule));

    [Fact]
    public void Rule_about_a_segment_sees_the_users_of_the_segment() =>
        Assert.Equal("eu-memory", Of("s25", "memory", 75e6).Fired[0].Rule);

    [Fact]
    public void Good_value_fires_nothing_for_a_day() => Assert.Equal(
        "If error_rate is 0.05% from the begin of step s50 on, no rule fires within 1d.", Of("s50", "error_rate", 0.0005).Text);

    [Fact]
    public void Review_is_asked_for_where_the_value_only_warns() =>
        Assert.Equal("error-rate-warning holds the step and opens a review", Of("s10", "error_rate", 0.003).Fired.Select(one => $"{one.Rule} {one.Action}").First());

    [Fact]
    public void Simulation_ends_with_its_client() =>
        Assert.Null(BadWeather.Of(Plan, 2, 0, Plan.Metric("error_rate")!, 0.006, Some.Start, () => true));

    private static BadWeather Of(string step, string metric, double value)
    {
        var places = from phase in Plan.Phases.Index()
                     from one in phase.Item.Steps.Index()
                     select (phase.Index, At: one.Index, one.Item.Name);
        var place = places.Single(one => one.Name == step);
        Assert.Null(BadWeather.Refusal(Plan.Metric(metric)!, value));
        return BadWeather.Of(Plan, place.Index, place.At, Plan.Metric(metric)!, value, Some.Start, () => false)!;
    }
}
