using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>Texts and order of triggers.</summary>
public static class TriggerTexts
{
    /// <summary>
    /// Fired, then pending, then by the distance to the threshold; those without evidence last, for their distance is unknown.
    /// </summary>
    public static IEnumerable<TriggerData> NearestFirst(IEnumerable<TriggerData> triggers) => triggers
        .OrderBy(trigger => trigger.State switch { "fired" => 0, "breached" => 1, _ => 2 })
        .ThenBy(trigger => trigger.FiresAt ?? DateTimeOffset.MaxValue)
        .ThenByDescending(trigger => trigger.Reach?.Fraction ?? -1);

    /// <summary>Sign of the state of a trigger.</summary>
    public static Sign Sign(TriggerData trigger) => trigger.State switch
    {
        "fired" => Verdicts.Breached.As("fired"),
        "breached" when trigger.FiresAt is not null => Verdicts.Breached.As("fires soon"),
        "breached" => Verdicts.Warning.As("breached"),
        "rolledBack" => Verdicts.Waiting.As("nothing to take back"),
        "quiet" when trigger.Reach?.Fraction is not null => Verdicts.Met.As("quiet"),
        _ => Verdicts.NoEvidence,
    };

    /// <summary>The way to the threshold in words.</summary>
    public static string Way(TriggerData trigger) => trigger.Reach switch
    {
        { Fraction: { } part, ObservedText: { } observed, LimitText: { } limit } => $"{trigger.Name}: {observed} of {limit}, {Numbers.Value(part * 100, "%")} of the way",
        { Fraction: { } part } => $"{trigger.Name}: {Numbers.Value(part * 100, "%")} of the way to its threshold",
        _ => $"{trigger.Name}: no evidence",
    };
}
