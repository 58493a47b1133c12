using Orchestrator.Domain.Events;
using Orchestrator.Domain.Quantities;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Incidents;

/// <summary>
/// The procedure after a rollback, one event a step, so that after a crash it resumes at the first missing step. Nothing here routes: the
/// route changed with the rollback's own event.
/// </summary>
internal static class IncidentHandling
{
    public static Decision<RolloutEvent> Report(Draft draft, ReportLeg command)
    {
        if (Find(draft, command.Incident) is not { } incident)
        {
            return NotFound(command.Incident);
        }

        var report = command.Report;
        if (incident.Next is not { } next || report.Leg < next)
        {
            return draft.Done();
        }

        if (report.Leg > next)
        {
            return Decision<RolloutEvent>.No("incident.leg_order", $"Incident {incident.Id}: the step {Name(next)} comes first.");
        }

        draft.Emit(Event(incident, report));
        Conclude(draft, incident.Id);
        return draft.Done();
    }

    public static Decision<RolloutEvent> Acknowledge(Draft draft, AcknowledgeIncident command)
    {
        if (Find(draft, command.Incident) is not { } incident)
        {
            return NotFound(command.Incident);
        }

        // Also for one that is over: it may have ended by itself before a person came, and the record names the person.
        if (incident.Acknowledged is null)
        {
            draft.Emit(new IncidentAcknowledged(incident.Id, draft.Actor.Id, draft.Actor.Role, command.Reason));
        }

        return draft.Done();
    }

    public static Decision<RolloutEvent> Resolve(Draft draft, ResolveIncident command)
    {
        if (Find(draft, command.Incident) is not { } incident)
        {
            return NotFound(command.Incident);
        }

        if (incident.Ended is null)
        {
            draft.Emit(new IncidentResolved(incident.Id, draft.Actor.Id, command.Reason, Since(incident, draft.Now)));
        }

        return draft.Done();
    }

    private static RolloutEvent Event(Incident incident, VerificationReport report)
    {
        var elapsed = Since(incident, report.At);
        return report switch
        {
            VerificationReport.Propagated { Unconfirmed: null or [] } r => new PropagationConfirmed(
                incident.Id, r.Nodes, elapsed, $"Confirmed by {Of(r.Nodes.Length)} after {Durations.Rounded(elapsed)}.", PropagationProof.Acknowledgement),
            VerificationReport.Propagated r => new PropagationConfirmed(
                incident.Id, r.Nodes, elapsed,
                $"Guaranteed by expiry at {Durations.Rounded(elapsed)}: {r.Nodes.Length} of {Counted.Of(r.Nodes.Length + r.Unconfirmed.Length, "node")} confirmed, {string.Join(", ", r.Unconfirmed)} did not.",
                PropagationProof.Expiry, r.Unconfirmed),
            VerificationReport.Traffic { Outcome: VerificationOutcome.Skipped } r =>
                new LegSkipped(incident.Id, VerificationStep.Traffic, r.Text, elapsed),
            VerificationReport.Traffic { Outcome: VerificationOutcome.Passed } r => new TrafficVerified(
                incident.Id, r.ServedNew, r.ServedLegacy, r.ReportedNew, r.ReportedLegacy, elapsed, r.Text),
            VerificationReport.Traffic r =>
                new TrafficNotVerified(incident.Id, r.ServedNew, r.ServedLegacy, r.ReportedNew, r.ReportedLegacy, elapsed, r.Text),
            VerificationReport.Health { Checks: [] } => new LegSkipped(incident.Id, VerificationStep.Health, "The plan has no healthChecks.", elapsed),
            VerificationReport.Health r when r.Checks.All(c => c.Passed) => new HealthVerified(incident.Id, r.Checks, elapsed),
            VerificationReport.Health r => new HealthFailed(incident.Id, r.Checks, elapsed),
            VerificationReport.Consistency { Checks: [] } => new LegSkipped(incident.Id, VerificationStep.Consistency, "The plan has no consistencyChecks.", elapsed),
            VerificationReport.Consistency r when r.Checks.All(c => c.Passed) => new ConsistencyVerified(incident.Id, r.Checks, elapsed),
            VerificationReport.Consistency r => new ConsistencyFailed(incident.Id, r.Checks, elapsed),
            var unknown => throw new ArgumentException($"No event for {unknown.GetType().Name}.", nameof(report)),
        };
    }

    private static void Conclude(Draft draft, string id)
    {
        var incident = Find(draft, id)!;
        var last = incident.Legs[^1];
        if (last.Outcome == VerificationOutcome.Failed && incident.Escalated is null)
        {
            draft.Emit(new IncidentEscalated(id, last.Leg, $"Rollback not confirmed at {Name(last.Leg)}, manual intervention required: {last.Text}"));
        }

        // Absence of a check is never success: without traffic and health shown, a person has to resolve it.
        if (incident.Next is null && incident.Escalated is null && Passed(incident, VerificationStep.Traffic)
            && Passed(incident, VerificationStep.Health)
            && last.Outcome != VerificationOutcome.Failed)
        {
            var consistent = Passed(incident, VerificationStep.Consistency) ? "consistency was checked" : "consistency was not checked, the plan has no consistencyChecks";
            draft.Emit(new IncidentResolved(
                id, null, $"The new path serves no user who was taken back, and legacy is healthy; {consistent}.", Since(incident, draft.Now)));
        }
    }

    private static bool Passed(Incident incident, VerificationStep step) => incident.Legs[(int)step].Outcome == VerificationOutcome.Passed;

    /// <summary>Whole milliseconds: the precision of events.</summary>
    private static TimeSpan Since(Incident incident, DateTimeOffset at)
    {
        var elapsed = at - (incident.Undone?.At ?? incident.OpenedAt);
        return elapsed > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Round(elapsed.TotalMilliseconds)) : TimeSpan.Zero;
    }

    private static Incident? Find(Draft draft, string id) => draft.State.Incidents.FirstOrDefault(i => i.Id == id);

    private static Decision<RolloutEvent> NotFound(string id) => Decision<RolloutEvent>.No("incident.not_found", $"There is no incident {id}.");

    private static string Name(VerificationStep step) => step.ToString().ToLowerInvariant();

    private static string Of(int nodes) => nodes == 1 ? "1 node" : $"{nodes} of {nodes} nodes";

}
