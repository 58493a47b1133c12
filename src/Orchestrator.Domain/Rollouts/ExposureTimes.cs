using System.Collections.Immutable;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Times of a rollout for which its counted users are of interest.</summary>
public static class ExposureTimes
{
    /// <summary>
    /// Stays in phases, oldest first: a rollback ends one, and a restore begins another. The last phase of a completed rollout lasts, since
    /// its users stay on new.
    /// </summary>
    public static IReadOnlyList<PhaseTime> Phases(RolloutState state)
    {
        var times = new List<PhaseTime>();
        StepVisit? before = null;
        foreach (var visit in state.Visits)
        {
            if (before?.Phase == visit.Phase && before.Ended is not (StepEnd.RolledBack or StepEnd.Aborted))
            {
                times[^1] = times[^1] with { Until = visit.Until };
            }
            else
            {
                times.Add(new PhaseTime(visit.Phase, visit.From, visit.Until));
            }

            before = visit;
        }

        if (state.Status == RolloutStatus.Completed && times.Count > 0)
        {
            times[^1] = times[^1] with { Until = null };
        }

        return times;
    }

    /// <summary>The newest fault that was undone by a rollback; none without one.</summary>
    public static ImmutableArray<FaultTime> Newest(RolloutState state) =>
        state.Incidents.LastOrDefault(incident => incident.Undone is not null) is { Undone: { } undone } incident
            ? [new FaultTime(undone.At, incident.Trigger, undone.Since, undone.Segments, undone.Seen)]
            : [];
}
