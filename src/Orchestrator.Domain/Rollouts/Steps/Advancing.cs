using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Steps;

/// <summary>Advancing: entering steps, and leaving them through their gates.</summary>
internal static class Advancing
{
    /// <summary>Ends the hold early, or requests an override of a failing gate.</summary>
    public static Decision<RolloutEvent> Advance(Draft draft, Advance advance)
    {
        var state = draft.State;
        if (state.Status != RolloutStatus.Running)
        {
            return Refusal.Status(state, "advance");
        }

        if (advance.Step is { } step && step != state.Step!.Name)
        {
            return AlreadyLeft(state, step)
                ? draft.Done()
                : Decision<RolloutEvent>.No("rollout.other_step", $"The rollout is at step {state.Step.Name}, not {step}.");
        }

        // Not even an override passes a stopped line: the person who stopped it has seen more than one rollout.
        if (state.LineStopped is { } line)
        {
            return Refusal.Line(line, state.LineStoppedBy);
        }

        var failing = Failing(state, draft.Now).AddRange(NoDataPolicy.Unheard(state, advance.Seen));
        if (failing.IsEmpty)
        {
            var kept = WaiveHold(draft, advance.Reason);
            Leave(draft, null, kept ? null : advance.Reason);
            return draft.Done();
        }

        if (!advance.Override)
        {
            return Decision<RolloutEvent>.No(
                "rollout.gate_shut", $"Step {state.Step!.Name} cannot end yet: {string.Join("; ", failing)}. An override needs a reason and a second person.");
        }

        if (string.IsNullOrWhiteSpace(advance.Reason))
        {
            return Decision<RolloutEvent>.No("rollout.reason_missing", "An override needs a reason.");
        }

        Reviewing.OpenOverride(draft, advance.Reason, failing);
        return draft.Done();
    }

    /// <summary>Leaves the step if every gate is open; called whenever an observation was made or time passed.</summary>
    public static void LeaveIfOpen(Draft draft)
    {
        if (draft.State.Status == RolloutStatus.Running && Gates.Shut(draft.State, draft.Now).IsEmpty)
        {
            Leave(draft, null);
        }
    }

    /// <summary>Leaves the current step: to the next one, or to the end.</summary>
    /// <param name="draft">The decision in the making.</param>
    /// <param name="overrideReason">Reason for passing a failing gate; null when all were open.</param>
    /// <param name="reason">Reason of the person whose command ended the step; null where there is none, or another event has it.</param>
    public static void Leave(Draft draft, string? overrideReason, string? reason = null)
    {
        var (plan, phase, step) = (draft.State.Plan, draft.State.Phase!, draft.State.Step!);
        Reviewing.WithdrawOpen(draft);
        draft.Emit(new StepCompleted(phase.Name, step.Name, [.. Evidence(draft.State)], overrideReason, reason));
        if (!Gates.IsLastStep(draft.State))
        {
            Enter(draft, draft.State.PhaseIndex, draft.State.StepIndex + 1);
            return;
        }

        draft.Emit(new PhaseCompleted(phase.Name));
        if (draft.State.PhaseIndex + 1 < plan.Phases.Length)
        {
            Enter(draft, draft.State.PhaseIndex + 1, 0);
        }
        else
        {
            Completing.Complete(draft);
        }
    }

    /// <summary>Enters a step: the audience is a union, so it only ever grows here.</summary>
    public static void Enter(Draft draft, int phaseIndex, int stepIndex)
    {
        var before = draft.State;
        var phase = before.Plan.Phases[phaseIndex];
        var step = phase.Steps[stepIndex];
        if (phaseIndex != before.PhaseIndex)
        {
            draft.Emit(new PhaseStarted(phase.Name));
        }

        var audience = StepAudience.Of(before).With(step);
        var joining = step.Segments.Except(before.Included).ToArray();
        draft.Emit(new StepStarted(
            phase.Name, step.Name, audience.Percentage.Percent, [.. audience.Segments], SegmentPercentage.Written(audience.Shares)));
        if (joining.Length > 0)
        {
            draft.Emit(new SegmentsIncluded(joining, phase.Name, step.Name));
        }

        foreach (var share in audience.Shares.Except(before.Shares))
        {
            var known = before.Shares.FirstOrDefault(one => one.Segment == share.Segment).Percentage;
            draft.Emit(new SegmentShareRaised(share.Segment, known.Percent, share.Percentage.Percent, phase.Name, step.Name));
        }

        if (audience.Percentage > before.Percentage)
        {
            draft.Emit(new PercentageRaised(before.Percentage.Percent, audience.Percentage.Percent, phase.Name, step.Name));
        }
    }

    /// <summary>False when the hold had ended by itself.</summary>
    private static bool WaiveHold(Draft draft, string? reason)
    {
        if (Gates.HoldElapsed(draft.State, draft.Now))
        {
            return false;
        }

        draft.Emit(new HoldWaived(draft.State.Phase!.Name, draft.State.Step!.Name, reason));
        return true;
    }

    private static IEnumerable<Evidence> Evidence(RolloutState state) =>
        from criterion in RulesInForce.Criteria(state).Concat(RulesInForce.Exercises(state))
        where state.Criteria.ContainsKey(criterion.Name)
        select state.Criteria[criterion.Name].Evidence;

    /// <summary>Sentences for the shut gates other than the hold.</summary>
    private static ImmutableArray<string> Failing(RolloutState state, DateTimeOffset now)
    {
        var failing = ImmutableArray.CreateBuilder<string>();
        if (state.EvidenceLostAt is not null)
        {
            failing.Add("no samples arrive");
        }

        foreach (var criterion in RulesInForce.Criteria(state))
        {
            if (!state.Criteria.TryGetValue(criterion.Name, out var known))
            {
                failing.Add(Unjudged(state, criterion));
            }
            else if (known.Verdict is not (Verdict.Met or Verdict.Warning))
            {
                failing.Add(known.Evidence.Text);
            }
        }

        failing.AddRange(
            from exercise in RulesInForce.Exercises(state)
            let known = state.Criteria.GetValueOrDefault(exercise.Name)
            where known is { Verdict: not Verdict.Met }
            select known.Evidence.Text);
        failing.AddRange(state.Unmeasured.Keys.Select(rule => $"no measurements for {rule}"));

        if (!Gates.PeopleAgree(state))
        {
            failing.Add(string.Join("; ", (string[])["people have not agreed", .. Quorums.Waiting(state)]));
        }

        if (Gates.LacksSegments(state))
        {
            failing.Add($"{string.Join(", ", state.Missing)} taken back to legacy: restore, or keep back by a decision");
        }

        if (!CalendarGate.IsOpen(state.Plan.Calendar, now))
        {
            failing.Add("the calendar is closed");
        }

        return failing.ToImmutable();
    }

    /// <summary>A sentence for a criterion without any verdict in this visit of the step.</summary>
    private static string Unjudged(RolloutState state, Criterion criterion)
    {
        var since = $"since the step began at {state.StepSince.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        return criterion.Name == RulesInForce.Measured
            ? $"no sample of the new variant with the series '{KnownSeries.Requests}' has arrived {since}, and a step without criteria of its own must be measured for its whole hold ({criterion.Rule.Text})"
            : $"criterion '{criterion.Name}' ({criterion.Rule.Text}) has no verdict: no sample for it has arrived {since}";
    }

    private static bool AlreadyLeft(RolloutState state, string step)
    {
        for (var phase = 0; phase <= state.PhaseIndex; phase++)
        {
            var last = phase == state.PhaseIndex ? state.StepIndex : state.Plan.Phases[phase].Steps.Length;
            if (state.Plan.Phases[phase].Steps.Take(last).Any(s => s.Name == step))
            {
                return true;
            }
        }

        return false;
    }
}
