using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans.Checks;

/// <summary>Checks that the durations of a phase fit into each other.</summary>
internal static class TimeCheck
{
    public static void Phase(MappingReader mapping, Phase phase, List<(MappingReader Source, Step Step)> steps)
    {
        var held = steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Step.Hold);
        if (phase.Duration is { } duration && held > duration.Max)
        {
            mapping["duration"]!.Error(
                $"the steps hold for {Durations.Format(held)} together, which is longer than the phase's longest duration {Durations.Format(duration.Max)}");
        }

        foreach (var (source, step) in steps)
        {
            if (step.Review?.Every is { } every && every > step.Hold)
            {
                source["review"]!.Error($"a review every {Durations.Format(every)} never happens in a hold of {Durations.Format(step.Hold)}");
            }
        }
    }

    /// <summary>
    /// Reports a rule whose window or time is longer than its phase can last. Without a longest duration a phase waits for its evidence.
    /// </summary>
    public static void Fits(Field field, Rule rule, TimeSpan? longest)
    {
        var over = rule.Windows().Max();
        if (longest is { } most && (over > most || rule.For > most))
        {
            field.Error(
                $"the {(over > most ? "window" : "time")} of '{Field.Short(rule.Text)}' is longer than its phase, which lasts at most {Durations.Format(most)}");
        }
    }
}
