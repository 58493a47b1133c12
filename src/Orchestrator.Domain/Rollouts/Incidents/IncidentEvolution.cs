using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Incidents;

/// <summary>The fold of events of incidents.</summary>
internal static class IncidentEvolution
{
    /// <summary>
    /// An incident of a rollback is opened by the same decision as the rollback, so the procedure finds its rollback there.
    /// </summary>
    public static RolloutState Open(RolloutState state, IncidentOpened e, DateTimeOffset at) => state with
    {
        Undone = null,
        Incidents = state.Incidents.Add(new Incident(e.Incident, e.Severity, e.Reason, e.Trigger, at) { Undone = state.Undone }),
    };

    /// <summary>Null when the event is not of an incident.</summary>
    public static RolloutState? Evolve(RolloutState state, RolloutEvent happened, DateTimeOffset at) => happened switch
    {
        PropagationConfirmed e => Done(
            state, e.Incident, VerificationStep.Propagation, VerificationOutcome.Passed, at, e.Elapsed, e.Text,
            propagation: e.By is { } proof ? new Propagation(proof, [.. e.Nodes], [.. e.Unconfirmed ?? []]) : null),
        TrafficVerified e => Done(state, e.Incident, VerificationStep.Traffic, VerificationOutcome.Passed, at, e.Elapsed, e.Text),
        TrafficNotVerified e => Done(state, e.Incident, VerificationStep.Traffic, VerificationOutcome.Failed, at, e.Elapsed, e.Text),
        HealthVerified e =>
            Done(state, e.Incident, VerificationStep.Health, VerificationOutcome.Passed, at, e.Elapsed, Text(e.Checks), e.Checks),
        HealthFailed e =>
            Done(state, e.Incident, VerificationStep.Health, VerificationOutcome.Failed, at, e.Elapsed, Text(e.Checks), e.Checks),
        ConsistencyVerified e =>
            Done(state, e.Incident, VerificationStep.Consistency, VerificationOutcome.Passed, at, e.Elapsed, Text(e.Checks), e.Checks),
        ConsistencyFailed e =>
            Done(state, e.Incident, VerificationStep.Consistency, VerificationOutcome.Failed, at, e.Elapsed, Text(e.Checks), e.Checks),
        LegSkipped e => Done(state, e.Incident, e.Leg, VerificationOutcome.Skipped, at, e.Elapsed, e.Reason),
        IncidentEscalated e => Change(state, e.Incident, i => i with { Escalated = new Escalation(e.Leg, e.Reason, at) }),
        IncidentAcknowledged e => Change(state, e.Incident, i => i with { Acknowledged = new IncidentMark(e.By, e.Role, at) }),
        IncidentResolved e => Change(state, e.Incident, i => i with { Ended = new IncidentEnd(true, e.By, e.Reason, at) }),
        _ => null,
    };

    /// <summary>
    /// Ends the incidents that have lost their object, and their procedures: the rollback was undone, or the rollout ended.
    /// </summary>
    public static RolloutState End(RolloutState state, DateTimeOffset at, string reason, Func<Incident, bool>? which = null) => state with
    {
        Undone = null,
        Incidents = [.. state.Incidents.Select(
            i => i.Ended is null && which?.Invoke(i) != false ? i with { Ended = new IncidentEnd(false, null, reason, at) } : i)],
    };

    private static RolloutState Done(
        RolloutState state, string id, VerificationStep step, VerificationOutcome outcome, DateTimeOffset at, TimeSpan elapsed, string text,
        CheckResult[]? checks = null,
        Propagation? propagation = null) =>
        Change(state, id, i => i with
        {
            Legs =
            i.Legs.Add(new FinishedStep(step, outcome, at, elapsed, text, [.. checks ?? []]) { Propagation = propagation })
        });

    /// <summary>Failed checks, or else all of them.</summary>
    private static string Text(CheckResult[] checks)
    {
        var failed = checks.Where(c => !c.Passed).ToArray();
        return string.Join("; ", (failed.Length > 0 ? failed : checks).Select(c => $"{c.Name}: {c.Text}"));
    }

    private static RolloutState Change(RolloutState state, string id, Func<Incident, Incident> change)
    {
        var incident = state.Incidents.First(i => i.Id == id);
        return state with { Incidents = state.Incidents.Replace(incident, change(incident)) };
    }
}
