using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>Texts of an incident on the pages of its rollout.</summary>
public static class IncidentTexts
{
    /// <summary>Headline: the cause of the rollback, or the incident without one.</summary>
    public static string Headline(RolloutData rollout, IncidentData incident) => (rollout.Status, incident.Trigger, incident.State) switch
    {
        (_, _, "escalated") => "Manual intervention required.",
        ("rolledBack", { } trigger, _) => $"Rolled back by trigger {trigger}.",
        ("rolledBack", null, _) => "Rolled back.",
        _ => $"Open incident, {incident.Severity}.",
    };

    /// <summary>Title of a verification step.</summary>
    public static string Title(string leg) => leg switch
    {
        "propagation" => "Every node routes by it",
        "traffic" => "No user on new any more",
        "health" => "Legacy carries the load",
        "consistency" => "Data is consistent",
        _ => leg,
    };

    /// <summary>A finished step in words. A skipped one was not checked: it is no success.</summary>
    public static string Done(LegData leg) => leg.Outcome switch
    {
        "passed" => $"{Title(leg.Leg)}, after {leg.Took}",
        "failed" => $"Not shown: {Title(leg.Leg)}",
        _ => $"Not checked: {Title(leg.Leg)}",
    };

    /// <summary>Steps that are not done, while the procedure runs.</summary>
    public static IEnumerable<string> Missing(IncidentData incident) => incident is { Ended: null, State: "open" }
        ? Order.Except(incident.Legs.Select(leg => leg.Leg), StringComparer.Ordinal)
        : [];

    private static readonly string[] Order = ["propagation", "traffic", "health", "consistency"];

    /// <summary>Sign of a verification step. One that was skipped proves nothing.</summary>
    public static Sign Sign(LegData leg) => leg.Outcome switch
    {
        "passed" => Verdicts.Met.As(leg.Leg),
        "failed" => Verdicts.Breached.As(leg.Leg),
        _ => Verdicts.NoEvidence.As($"{leg.Leg}: not checked"),
    };
}
