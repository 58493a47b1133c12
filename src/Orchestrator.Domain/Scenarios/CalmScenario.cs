using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Previews;

namespace Orchestrator.Domain.Scenarios;

/// <summary>Fair weather for a plan without scenarios: nothing in it is more than the plan says.</summary>
public static class CalmScenario
{
    /// <summary>Rounds that are enough to see each step of a long plan.</summary>
    private const int Rounds = 4000;

    /// <summary>Rounds of a plan without holds.</summary>
    private const int FewestRounds = 20;

    /// <summary>Time on top of the earliest end.</summary>
    private const double Slack = 1.25;

    /// <summary>The scenario, and metrics that have no fixed baseline: they are not measured.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="requests">Requests per second.</param>
    public static (Scenario Scenario, ImmutableArray<string> Unmeasured) Of(Plan plan, double requests)
    {
        var levels = plan.Metrics
            .Where(metric => Fixed(metric) is not null && metric.Source is not (MetricSource.Rate or MetricSource.Count))
            .Select(metric => new MetricLevel(metric, new SignalLevel(Fixed(metric)!.Value))).ToImmutableArray();
        var needed = plan.Phases.SelectMany(phase => phase.Steps)
            .SelectMany(step => step.Segments.Concat(step.Shares.Select(share => share.Segment))).Distinct().ToArray();
        var share = needed.Length == 0 ? Share.None : Share.OfPercent(Math.Min(1, 50m / needed.Length));
        var earliest = PlanSchedule.Of(plan, Scenario.Monday).Ends is { } ends ? ends - Scenario.Monday : TimeSpan.FromDays(7);
        var least = Math.Min(plan.Judgement.Sampling.Ticks * FewestRounds, Durations.Longest.Ticks);
        var length = TimeSpan.FromTicks(Math.Clamp((long)(earliest.Ticks * Slack), least, Durations.Longest.Ticks));
        var floor = length / Rounds;
        return (
            new Scenario
            {
                Name = "calm",
                Length = length,
                SamplingFloor = floor > plan.Judgement.Sampling ? TimeSpan.FromMinutes(Math.Ceiling(floor.TotalMinutes)) : TimeSpan.Zero,
                Traffic = new SignalLevel(requests),
                Signals = new VariantSignals(levels, levels, []),
                // One percent of users each, as far as there is room.
                Segments = [.. needed.Select(key => new ScenarioSegment(key, share, VariantSignals.None))],
                Reviews = [new ReviewAnswer(ReviewDecisionKind.Approve, TimeSpan.Zero, null, null, null)],
                ObjectivesAfter = TimeSpan.Zero,
            },
            [
                .. plan.Metrics.Where(metric => levels.All(level => level.Metric.Name != metric.Name) && !IsRequests(metric))
                    .Select(metric => metric.Name),
            ]);
    }

    private static double? Fixed(Metric metric) =>
        metric.Baseline is Baseline.Fixed { Quantity: { Value: >= 0 and <= SignalLevel.Most } quantity } ? quantity.Value : null;

    private static bool IsRequests(Metric metric) =>
        metric.Source is MetricSource.Count { Series: KnownSeries.Requests } or MetricSource.Rate { Series: KnownSeries.Requests };
}
