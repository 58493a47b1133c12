using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans.Checks;

/// <summary>
/// Warns about metrics whose <c>alert</c> sends no notification. It has no time, window, level or channel, and one minute of few requests
/// is beyond most limits by chance: only a rule is worth a message.
/// </summary>
internal static class DisplayOnlyAlerts
{
    /// <summary>Most names in one sentence; the others are counted.</summary>
    private const int MostNamed = 20;

    /// <summary>A warning for the metrics whose alert no trigger and no alert rule has as a condition.</summary>
    public static void Warn(MappingReader plan, Plan read)
    {
        var said = read.Triggers.Concat(read.Phases.SelectMany(
            phase => phase.Triggers.Concat(phase.Steps.SelectMany(step => step.Triggers)))).Select(trigger => trigger.Rule)
            .Concat(read.Alerts.Select(alert => alert.On).OfType<Rule>()).SelectMany(rule => rule.Condition.Leaves())
            .Select(leaf => leaf with { Over = null }).ToHashSet();
        var untold = read.Metrics.Where(metric => metric.Alert is { } alert && !said.Contains(alert)).ToImmutableArray();
        if (untold.IsEmpty || plan["metrics"] is not { } metrics)
        {
            return;
        }

        var names = string.Join(", ", untold.Take(MostNamed).Select(metric => metric.Name)) + (untold.Length > MostNamed ? $" and {untold.Length - MostNamed} more" : "");
        var first = untold[0];
        metrics.Warn(
            $"no notification is sent for the 'alert' of {names}: it is display text, and no rule has the same condition. To be notified, write a rule: "
            + $"alerts: [ {{ name: {first.Name}, on: \"{ConditionText.Format(first.Alert!)}\", for: 5m, action: investigate }} ]");
    }
}
