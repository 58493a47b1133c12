using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.History;

/// <summary>A line of the table of success: what a strategy calls technical, business and operational success.</summary>
/// <param name="Area">The part of the table.</param>
/// <param name="Name">Name of the criterion, metric, review or procedure.</param>
/// <param name="Verdict">Its verdict. Without measurements it is never met.</param>
/// <param name="Text">Numbers behind it, in a sentence.</param>
public sealed record SuccessLine(SuccessArea Area, string Name, SuccessVerdict Verdict, string Text)
{
    /// <summary>Metric whose target no event judges, so that kept measurements may; null for every other line.</summary>
    [JsonIgnore]
    public Metric? Unjudged { get; init; }
}

/// <summary>Part of the table of success.</summary>
public enum SuccessArea
{
    /// <summary>Criteria of the steps, targets of primary metrics, data consistency.</summary>
    Technical,

    /// <summary>Criteria and targets of business metrics, go/no-go by people.</summary>
    Business,

    /// <summary>Targets of secondary metrics, the course of the rollout, its rollbacks, incidents, notifications and objectives.</summary>
    Operational,
}

/// <summary>Verdict of a line of the table of success.</summary>
public enum SuccessVerdict
{
    /// <summary>Shown by measurements or events.</summary>
    Met,

    /// <summary>The opposite was shown.</summary>
    NotMet,

    /// <summary>Nothing shows either: it was not measured, or did not happen.</summary>
    NoEvidence,
}
