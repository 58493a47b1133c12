using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>Texts and order of triggers.</summary>
public static class TriggerTexts
{
    /// <summary>Fired, then pending, then by the distance to the threshold; those without evidence last, for their distance is unknown.</summary>
    public static IEnumerable<TriggerData> NearestFirst(IEnumerable<TriggerData> triggers) => triggers
        .OrderBy(trigger => trigger.State switch { "fired" => 0, "pending" => 1, _ => 2 })
        .ThenBy(trigger => trigger.FiresAt ?? DateTimeOffset.MaxValue)
        .ThenByDescending(trigger => trigger.Fraction ?? -1);

    /// <summary>Sign of the state of a trigger.</summary>
    public static Sign Sign(TriggerData trigger) => trigger.State switch
    {
        "fired" => Verdicts.Breached.As("fired"),
        "pending" => Verdicts.Breached.As("pending"),
        "quiet" when trigger.Fraction is not null => Verdicts.Met.As("quiet"),
        _ => Verdicts.NoEvidence,
    };
}
