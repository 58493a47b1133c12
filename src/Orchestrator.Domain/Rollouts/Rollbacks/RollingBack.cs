using Orchestrator.Domain.Events;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Rollbacks;

/// <summary>Rollbacks, and restores after them. A rollback waits for nothing: no gate, no evidence, no approval.</summary>
internal static class RollingBack
{
    public static Decision<RolloutEvent> Rollback(Draft draft, Rollback rollback)
    {
        var state = draft.State;
        if (!state.Serving && state.AwaitingConfirmation is null)
        {
            return state.Status == RolloutStatus.RolledBack ? draft.Done() : Refusal.Status(state, "roll back");
        }

        if (rollback.Ramp && state.AwaitingConfirmation is null)
        {
            return Ramped(draft, rollback);
        }

        if (rollback.Segments is not { Length: > 0 } segments)
        {
            All(draft, rollback.Reason, null, null);
            return draft.Done();
        }

        var unknown = segments.Except(state.Plan.Segments.Select(s => s.Key)).Except(AllSegments(state)).ToArray();
        if (unknown.Length > 0)
        {
            return Decision<RolloutEvent>.No("rollout.unknown_segment", $"The plan has no segment {string.Join(", ", unknown)}.");
        }

        Segments(draft, segments, rollback.Reason, null, null);
        return draft.Done();
    }

    private static Decision<RolloutEvent> Ramped(Draft draft, Rollback rollback)
    {
        if (rollback.Segments is { Length: > 0 })
        {
            return Decision<RolloutEvent>.No("rollout.ramp_segments", "A rollback of segments is never ramped: they return at once.");
        }

        if (draft.State.Plan.Legacy is null)
        {
            return Decision<RolloutEvent>.No(
                "rollout.no_capacity", "The plan has no capacity of legacy ('legacy'), which a ramp needs; roll back without ramp.");
        }

        if (draft.State.Ramp is { RollsBack: true })
        {
            return draft.Done();
        }

        Ramping.Rollback(draft, rollback.Reason);
        return draft.Done();
    }

    public static Decision<RolloutEvent> Restore(Draft draft, Restore restore)
    {
        var state = draft.State;
        if (restore.LineStopped is { } stopped)
        {
            return Refusal.Line(stopped, restore.LineStoppedBy);
        }

        if (restore.Segments is { Length: > 0 } segments)
        {
            if (!state.Serving)
            {
                return Refusal.Status(state, "restore a segment");
            }

            var back = segments.Intersect(state.TakenBack).ToArray();
            if (back.Length > 0 && state.Ramp is not null)
            {
                return Ramping.Refuse(state, "restore a segment");
            }

            if (back.Length > 0)
            {
                draft.Emit(new SegmentRestored(back, restore.Reason, CalendarGate.Closed(state.Plan.Calendar, draft.Now)));
            }

            return draft.Done();
        }

        if (state.Status != RolloutStatus.RolledBack)
        {
            return state.Serving ? draft.Done() : Refusal.Status(state, "restore");
        }

        // An amendment that was proposed at legacy was about the visit that ends here.
        Reviewing.WithdrawOpen(draft);
        draft.Emit(new RolloutRestored(restore.Reason, state.Phase!.Name, state.Step!.Name, state.Percentage.Percent,
            CalendarGate.Closed(state.Plan.Calendar, draft.Now)));
        return draft.Done();
    }

    /// <summary>Rolls everyone back. The rollback comes first: nothing may stand before it in the log.</summary>
    public static void All(Draft draft, string reason, string? trigger, Evidence? evidence)
    {
        var state = draft.State;
        draft.Emit(new RolledBack(
            reason, trigger, state.Phase!.Name, state.Step!.Name, state.Percentage.Percent, [.. state.Included], evidence,
            SegmentPercentage.Written(state.Shares))
        { Seen = Seen(draft, trigger, []) });
        Reviewing.WithdrawOpen(draft);
        draft.Emit(new IncidentOpened(IncidentId(draft), "critical", reason, trigger));
    }

    /// <summary>Rolls these segments back; the rest continues.</summary>
    public static void Segments(Draft draft, IEnumerable<string> segments, string reason, string? trigger, Evidence? evidence)
    {
        var back = segments.Except(draft.State.TakenBack).ToArray();
        if (back.Length > 0)
        {
            draft.Emit(new SegmentRolledBack(back, reason, trigger, evidence) { Seen = Seen(draft, trigger, back) });
            draft.Emit(new IncidentOpened(IncidentId(draft), "major", reason, trigger));
        }
    }

    /// <summary>Counted from what is at hand, and else not: a rollback waits for nothing.</summary>
    private static SeenPeople? Seen(Draft draft, string? trigger, string[] segments) =>
        draft.People is { } people && RolloutEvolution.FiredSince(draft.State, trigger) is { } since
            ? Exposures.Seen(people, since, draft.Now, segments)
            : null;

    private static IEnumerable<string> AllSegments(RolloutState state) =>
        state.Plan.Phases.SelectMany(p => p.Steps).SelectMany(s => s.Segments);

    private static string IncidentId(Draft draft) => $"{draft.State.Id}-{draft.State.Incidents.Length + 1}";
}
