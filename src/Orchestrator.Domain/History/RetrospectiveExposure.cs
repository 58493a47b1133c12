using System.Collections.Immutable;
using Orchestrator.Domain.People;

namespace Orchestrator.Domain.History;

/// <summary>Faults of a retrospective whose users are counted.</summary>
public static class RetrospectiveExposure
{
    /// <summary>Each rollback of everyone or of segments, oldest first, with the begin that its trigger saw.</summary>
    public static ImmutableArray<FaultTime> Faults(this Retrospective retrospective) =>
    [
        .. from rollback in retrospective.Rollbacks
           where rollback.Kind is RollbackKind.Everyone or RollbackKind.Segments
           let incident = retrospective.Incidents.FirstOrDefault(one => one.Id == rollback.Incident)
           let alarm = incident?.Trigger is { } trigger
               ? retrospective.Triggers.LastOrDefault(one => one.Trigger == trigger && one.FiredAt == incident.OpenedAt)
               : null
           select new FaultTime(
               rollback.At, incident?.Trigger, alarm?.Since, rollback.Kind == RollbackKind.Everyone ? [] : rollback.Segments,
               rollback.Seen),
    ];
}
