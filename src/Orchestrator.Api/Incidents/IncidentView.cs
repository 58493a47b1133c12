using Orchestrator.Api.Access;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;

namespace Orchestrator.Api.Incidents;

/// <summary>An incident as the API shows it, with each verification step of the procedure and its measured times.</summary>
internal static class IncidentView
{
    public static object Of(RolloutState state, Incident incident, AccessState access, Viewer? viewer = null) => new
    {
        incident.Id,
        rollout = state.Id,
        state.Environment,
        state.Plan.Flag,
        incident.Severity,
        state = incident.Status,
        incident.Reason,
        incident.Trigger,
        segments = incident.Undone is { Segments: not [] } rollback ? rollback.Segments : (IEnumerable<string>?)null,
        incident.OpenedAt,
        acknowledged = incident.Acknowledged is { } mark ? mark with { Name = access.NameOf(mark.By, mark.At) } : null,
        incident.Escalated,
        ended = incident.Ended is { } end ? new
        {
            outcome = end.Resolved ? "resolved" : "ended",
            end.By,
            name = end.By is { } by ? access.NameOf(by, end.At) : null,
            end.Reason,
            end.At
        } : null,
        next = incident.Next,
        legs = incident.Legs.Select((done, index) => new
        {
            done.Leg,
            done.Outcome,
            done.At,
            done.Elapsed,
            took = done.Elapsed - (index > 0 ? incident.Legs[index - 1].Elapsed : TimeSpan.Zero),
            done.Text,
            done.Propagation,
            checks = done.Checks.IsEmpty ? (IEnumerable<CheckResult>?)null : done.Checks,
        }),
        verbs = viewer is null ? null : IncidentVerbs.Of(viewer, state, incident),
    };
}
