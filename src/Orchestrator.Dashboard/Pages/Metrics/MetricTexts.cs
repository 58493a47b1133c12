using Orchestrator.Dashboard.Pages.Rollouts;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Metrics;

/// <summary>Sentences of the pages of metrics.</summary>
public static class MetricTexts
{
    /// <summary>
    /// Triggers that hold, and the age of the newest sample. Without samples it says so: absence of data is never success.
    /// </summary>
    public static string Lead(IReadOnlyList<MetricOnHand> metrics, SeriesSet? set, IReadOnlyList<TriggerData> triggers, Viewer viewer)
    {
        if (metrics.Count == 0)
        {
            return "No samples: nothing can be said.";
        }

        var newest = metrics.Max(metric => metric.Newest);
        var bad = triggers.Where(trigger => trigger.State is "breached" or "fired").Select(trigger => trigger.Name).ToList();
        var unknown = triggers.Count(trigger => trigger.State is not ("breached" or "fired") && trigger.Reach?.Fraction is null);
        var verdict = bad.Count > 0 ? $"{Numbers.List(bad)} {(bad.Count == 1 ? "holds" : "hold")}."
            : unknown > 0 ? $"No trigger holds; {unknown} of {triggers.Count} have no evidence."
            : triggers.Count == 0 ? "The plan has no trigger." : $"None of {Numbers.Plural(triggers.Count, "trigger")} holds.";
        return $"{verdict} {Numbers.Plural(metrics.Count, "metric")}; the newest sample is from {Times.Text(newest, viewer)}.";
    }
}
