using Orchestrator.Domain.Rollouts.Incidents;

namespace Orchestrator.Domain.Rollouts;

/// <content>Events of the procedure after a rollback. Every <c>Elapsed</c> is since the rollback, on orchestrator time.</content>
public abstract partial record RolloutEvent
{
    /// <summary>
    /// These nodes route by the rollback; the unconfirmed ones did not confirm, but their leases have expired since. The proof is null in
    /// events of before there were several nodes.
    /// </summary>
    public sealed record PropagationConfirmed(
        string Incident, string[] Nodes, TimeSpan Elapsed, string Text, PropagationProof? By = null, string[]? Unconfirmed = null)
            : RolloutEvent;

    /// <summary>No user is served by the new path any more: decisions and samples have stopped. Null where it was not counted.</summary>
    public sealed record TrafficVerified(
        string Incident, long? ServedNew, long? ServedLegacy, double? ReportedNew, double? ReportedLegacy, TimeSpan Elapsed, string Text)
            : RolloutEvent;

    /// <summary>The end of traffic on the new path could not be shown in time.</summary>
    public sealed record TrafficNotVerified(
        string Incident, long? ServedNew, long? ServedLegacy, double? ReportedNew, double? ReportedLegacy, TimeSpan Elapsed, string Text)
            : RolloutEvent;

    /// <summary>Every health check of the plan holds.</summary>
    public sealed record HealthVerified(string Incident, CheckResult[] Checks, TimeSpan Elapsed) : RolloutEvent;

    /// <summary>A health check of the plan failed.</summary>
    public sealed record HealthFailed(string Incident, CheckResult[] Checks, TimeSpan Elapsed) : RolloutEvent;

    /// <summary>Every consistency check of the plan holds.</summary>
    public sealed record ConsistencyVerified(string Incident, CheckResult[] Checks, TimeSpan Elapsed) : RolloutEvent;

    /// <summary>A consistency check of the plan failed.</summary>
    public sealed record ConsistencyFailed(string Incident, CheckResult[] Checks, TimeSpan Elapsed) : RolloutEvent;

    /// <summary>There was nothing to check; no success.</summary>
    public sealed record LegSkipped(string Incident, VerificationStep Leg, string Reason, TimeSpan Elapsed) : RolloutEvent;

    /// <summary>
    /// A step failed: manual intervention required. Once for each incident; the steps after it still run, so that people know more.
    /// </summary>
    public sealed record IncidentEscalated(string Incident, VerificationStep Leg, string Reason) : RolloutEvent;

    /// <summary>A person acknowledged the incident.</summary>
    public sealed record IncidentAcknowledged(string Incident, string By, string? Role, string? Reason = null) : RolloutEvent;

    /// <summary>The incident was resolved, by the procedure (<paramref name="By"/> is null) or by a person. Ends the procedure.</summary>
    public sealed record IncidentResolved(string Incident, string? By, string Reason, TimeSpan Elapsed) : RolloutEvent;
}
