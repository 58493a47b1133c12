using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Metrics;

/// <summary>Names that the windows of a plan answer: its metrics, and the raw series that its rules read.</summary>
public static class MetricNames
{
    /// <summary>The names, metrics first. Bounded by the plan.</summary>
    public static ImmutableArray<string> Of(Plan plan) =>
        [.. plan.Metrics.Select(metric => metric.Name), .. KnownSeries.RawIn(plan).Where(name => name != PlanVocabulary.Incidents)];

    /// <summary>The metric of that name; for a raw series a metric of its kind.</summary>
    public static Metric Find(ImmutableArray<Metric> metrics, string name)
    {
        foreach (var metric in metrics)
        {
            if (metric.Name == name)
            {
                return metric;
            }
        }

        // A raw series has the kind that a metric reads it as; one that no metric reads is a counter.
        var level = metrics.Select(metric => metric.Source)
            .FirstOrDefault(source => source is MetricSource.Quantile { Series: var values } && values == name)
            ?? metrics.Select(metric => metric.Source)
                .FirstOrDefault(source => source is MetricSource.Gauge { Series: var gauge } && gauge == name);
        return new Metric(name, level ?? new MetricSource.Count(name), Unit.Number);
    }
}
