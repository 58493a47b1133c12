using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Rollouts.Amending.Strictness;

/// <summary>
/// Measurements and their judgement stay comparable. A query for other numbers could hide problems that the old one showed.
/// </summary>
internal static class JudgementStrictness
{
    public static IEnumerable<Loosening> Of(Plan before, Plan after) =>
        Judgement(before.Judgement, after.Judgement).Concat(Metrics(before, after));

    private static IEnumerable<Loosening> Judgement(Judgement was, Judgement now)
    {
        (string Key, bool Loose, string Before, string After)[] values =
        [
            ("sampling", was.Sampling != now.Sampling, Durations.Format(was.Sampling), Durations.Format(now.Sampling)),
            ("window", was.Window != now.Window, Durations.Format(was.Window), Durations.Format(now.Window)),

            // Fewer samples let a criterion pass earlier, more let a trigger fire later.
            ("minTraffic", was.MinTraffic != now.MinTraffic, $"{was.MinTraffic}", $"{now.MinTraffic}"),
            ("coverage", now.Coverage < was.Coverage, Percent(was.Coverage), Percent(now.Coverage)),
            ("confidence", now.Confidence < was.Confidence, Percent(was.Confidence), Percent(now.Confidence)),
            ("closerWatch", was.CloserWatch != now.CloserWatch && !(now.CloserWatch > was.CloserWatch), Time(was.CloserWatch), Time(now.CloserWatch)),
            ("alertRepeat", now.AlertRepeat > was.AlertRepeat, Durations.Format(was.AlertRepeat), Durations.Format(now.AlertRepeat)),
        ];
        return values.Where(one => one.Loose).Select(one => new Loosening($"judgement.{one.Key}", $"rules are judged differently: {one.Key} {one.Before} becomes {one.After}"));
    }

    private static IEnumerable<Loosening> Metrics(Plan before, Plan after)
    {
        foreach (var metric in before.Metrics)
        {
            if (after.Metric(metric.Name) is { } now && !Same(metric, now))
            {
                yield return new Loosening($"metrics.{metric.Name}", $"'{metric.Name}' measures something else, or needs other numbers of samples: its rules are not comparable with those before");
            }
        }

        if (PlanPart.Text(before, "sources") != PlanPart.Text(after, "sources"))
        {
            yield return new Loosening("sources", "series come from other servers, or by other queries: rules on them are not comparable with those before");
        }
    }

    private static bool Same(Metric was, Metric now) =>
        was.Source == now.Source && was.Unit == now.Unit && was.Baseline == now.Baseline && was.MinSamples == now.MinSamples;

    private static string Percent(double share) => QuantityText.Format(share, Unit.Ratio);

    private static string Time(TimeSpan? time) => time is { } known ? Durations.Format(known) : "the hold of the step";
}
