using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Tests.Rollouts;

public sealed class MetricLimitTests
{
    private static string Text(bool shadow = false) => $$"""
        plan: small
        flag: f
        segments:
          region-eu: { title: Europe, attribute: region, equals: eu }
          region-us: { title: States, attribute: region, equals: us }
        metrics:
          error_rate: { ratio: errors / requests, baseline: legacy, target: < 0.1%, alert: "> 0.2%" }
          p95: { quantile: 0.95, of: response_time }
        triggers:
          - { name: spike, when: error_rate > 0.5%, for: 5m, action: rollback }
          - { name: joined, when: error_rate > 0.4% and p95 > 200ms, over: 2m, action: review }
          - { name: region, when: error_rate > 2%, perSegment: true, action: rollback-segment }
          - { name: worse, when: error_rate > 2x baseline, over: 10m, action: notify }
          - { name: old, when: legacy error_rate > 9%, action: notify }
          - { name: silent, when: absent(error_rate), for: 5m, action: notify }
        phases:
          - name: p
            {{(shadow ? "shadow: true" : "scope: all")}}
            steps: [ { name: ten, percentage: {{(shadow ? 0 : 10)}}%, hold: 1h } ]
            success: [ { name: healthy, when: error_rate between 0% and 1%, over: 30m } ]
        """;

    [Fact]
    public void Limits_are_those_that_judge_the_metric_of_the_audience()
    {
        Assert.Equal(["spike", "joined", "worse", "healthy", "error_rate", "error_rate"], Names(Variant.New));
        Assert.Equal(["region:region-eu"], Names(Variant.New, segment: "region-eu"));
        Assert.Equal(["old"], Names(Variant.Legacy));
        Assert.Empty(Names(Variant.New, Traffic.Shadow));
    }

    [Fact]
    public void A_limit_has_its_window_and_the_side_that_does_harm()
    {
        var limits = Of(Variant.New);
        Assert.Equal(
            [(1, "Above"), (2, "Above"), (10, "Above"), (30, "Outside"), (0, "Above"), (0, "Above")],
            limits.Select(limit => ((int)(limit.Over ?? TimeSpan.Zero).TotalMinutes, limit.Harm.ToString()!)));
        Assert.Equal([MetricLimitKind.Target, MetricLimitKind.Alert], limits[^2..].Select(limit => limit.Kind));
        Assert.Equal(["worse"], limits.Where(limit => limit.NeedsBaseline).Select(limit => limit.Name));
        Assert.Equal("error_rate > 0.4% over 2m", limits[1].Text);
    }

    [Fact]
    public void A_phase_that_shadows_judges_shadow_samples_of_new_and_live_ones_of_legacy()
    {
        Assert.Equal("spike", Names(Variant.New, Traffic.Shadow, shadow: true)[0]);
        Assert.Empty(Names(Variant.New, shadow: true));
        Assert.Equal(["old"], Names(Variant.Legacy, shadow: true));
    }

    private static string[] Names(Variant variant, Traffic traffic = Traffic.Live, string? segment = null, bool shadow = false) =>
        [.. Of(variant, traffic, segment, shadow).Select(limit => limit.Name)];

    private static MetricLimit[] Of(Variant variant, Traffic traffic = Traffic.Live, string? segment = null, bool shadow = false) =>
        [.. MetricLimits.Of(Some.Started(Some.Plan(Text(shadow))).State, "error_rate", variant, traffic, segment)];
}
