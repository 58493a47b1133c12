using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Plans.Sources;

namespace Orchestrator.Domain.Plans.Checks;

/// <summary>Checks rules about segments against the segments that samples can name.</summary>
internal static class SegmentCheck
{
    public static void Judgeable(MappingReader mapping, Plan plan)
    {
        if (mapping["segments"] is { } segments && JudgedSegments.Of(plan).Length is > JudgedSegments.Most and var judged)
        {
            segments.YoungerError($"rules and steps name {judged} segments, but the samples of one rollout may name at most {JudgedSegments.Most}: the others could never be judged");
        }

        Sourced(mapping, plan);
    }

    /// <summary>Services may push the same series by segment, so this is no error.</summary>
    private static void Sourced(MappingReader mapping, Plan plan)
    {
        var byName = plan.Sources.SelectMany(source => source.Series.Select(series => (Source: source, Series: series)))
            .ToLookup(one => one.Series.Name);
        var blind = plan.Metrics
            .Where(metric => Judges(plan, metric.Name))
            .SelectMany(metric => KnownSeries.Of(metric.Source).SelectMany(series => byName[series.Name])
                .Select(one => (Metric: metric.Name, one.Source, one.Series)))
            .Where(one => !one.Source.Texts(one.Series).Any(text => text.Contains(SourceVariables.Segment, StringComparison.Ordinal)));
        foreach (var (metric, source, series) in blind)
        {
            mapping["sources"]!.Warn(
                $"a rule judges {metric} of a segment, but the query of '{series.Name}' in the source '{source.Name}' has no {SourceVariables.Segment}: unless services push it by segment, that rule has no evidence");
        }
    }

    private static bool Judges(Plan plan, string metric) =>
        PlanRules.Of(plan).SelectMany(rule => rule.Condition.Leaves())
            .Any(leaf => leaf.Subject is { Segment: not null } subject && subject.Metric == metric)
        || PlanRules.Triggers(plan).Where(trigger => trigger.PerSegment).SelectMany(trigger => trigger.Rule.Condition.Leaves())
            .Any(leaf => leaf.Subject?.Metric == metric);
}
