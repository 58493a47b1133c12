using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Rollouts.Steps;

/// <summary>The gates of a step, each by itself: time, evidence, people, segments, calendar. None opens for another.</summary>
public static class Gates
{
    /// <summary>Names of the gates that are shut, as <c>next.waitingFor</c> gives them.</summary>
    public static ImmutableArray<string> Shut(RolloutState state, DateTimeOffset now)
    {
        if (!state.UnderWay)
        {
            return state.AwaitingConfirmation is null ? [] : ["confirm"];
        }

        var shut = ImmutableArray.CreateBuilder<string>();
        Add(shut, state.Status == RolloutStatus.Paused, "resume");
        Add(shut, !HoldElapsed(state, now), "hold");
        Add(shut, !EvidenceMet(state), "evidence");
        Add(shut, !PeopleAgree(state), "review");
        Add(shut, LacksSegments(state), "segment");
        Add(shut, state.LineStopped is not null || !CalendarGate.IsOpen(state.Plan.Calendar, now), "window");
        return shut.ToImmutable();
    }

    /// <summary>Time at which the hold ends by itself; null before start.</summary>
    public static DateTimeOffset? HoldEnds(RolloutState state)
    {
        if (state.Step is not { } step || state.Phase is not { } phase)
        {
            return null;
        }

        var ends = state.StepSince + step.Hold;
        var phaseEnds = IsLastStep(state) && phase.Duration is { } duration ? state.PhaseSince + duration.Min : ends;
        return ends > phaseEnds ? ends : phaseEnds;
    }

    /// <summary>True when the hold is over, or a person ended it.</summary>
    public static bool HoldElapsed(RolloutState state, DateTimeOffset now) => state.HoldWaived || now >= HoldEnds(state);

    /// <summary>
    /// True when every criterion is met by the newest verdict (a warning is met, too), every segment that samples name has used the new
    /// path, samples arrive, and no rule that holds the step is blind. No measurement is never enough; a step that exposes no user has
    /// nothing to measure and rests on people alone.
    /// </summary>
    public static bool EvidenceMet(RolloutState state) =>
        state.EvidenceLostAt is null
        && state.Unmeasured.IsEmpty
        && RulesInForce.Criteria(state)
            .All(c => state.Criteria.TryGetValue(c.Name, out var known) && known.Verdict is Verdict.Met or Verdict.Warning)
        && RulesInForce.Exercises(state).All(c => !state.Criteria.TryGetValue(c.Name, out var known) || known.Verdict == Verdict.Met);

    /// <summary>True when no review is open, those that the plan requires were approved, and required objectives are ticked.</summary>
    public static bool PeopleAgree(RolloutState state) =>
        !state.Reviews.Any(r => r.Open) && GateReviewApproved(state) && ObjectivesTicked(state);

    /// <summary>True when the plan requires no review at the end of this step, or it was approved in this visit of the step.</summary>
    public static bool GateReviewApproved(RolloutState state) =>
        !NeedsGateReview(state)
        || state.Reviews.Any(r => r.Entry == state.Entry && r is { Kind: ReviewKind.Gate, Outcome: ReviewOutcome.Approved });

    /// <summary>True when the plan requires a go/no-go before this step may end.</summary>
    public static bool NeedsGateReview(RolloutState state) =>
        state.Step?.Review is { Every: null } || (IsLastStep(state) && state.Phase?.Review is not null);

    /// <summary>True when every required objective of the phase is ticked, or the phase does not end here.</summary>
    public static bool ObjectivesTicked(RolloutState state) =>
        !IsLastStep(state) || state.Phase!.Objectives.All(o => !o.Required || state.Objectives.Contains(o.Name));

    /// <summary>True in the last step of a phase.</summary>
    public static bool IsLastStep(RolloutState state) => state.Phase is { } phase && state.StepIndex == phase.Steps.Length - 1;

    /// <summary>
    /// True when the rollout would end with a segment on legacy that no person has decided to leave there: "100 %" would be untrue.
    /// </summary>
    public static bool LacksSegments(RolloutState state) =>
        IsLastStep(state) && state.PhaseIndex == state.Plan.Phases.Length - 1 && state.Missing.Any();

    private static void Add(ImmutableArray<string>.Builder shut, bool isShut, string name)
    {
        if (isShut)
        {
            shut.Add(name);
        }
    }
}
