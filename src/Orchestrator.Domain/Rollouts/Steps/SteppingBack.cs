using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Rollbacks;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Steps;

/// <summary>
/// Steps back to the step before, with the audience of that step, until a person resumes. At once, or at the speed that the plan gives for
/// legacy.
/// </summary>
internal static class SteppingBack
{
    public static Decision<RolloutEvent> StepBack(Draft draft, StepBack back)
    {
        var state = draft.State;
        if (!state.Serving)
        {
            return Refusal.Status(state, "step back");
        }

        if (back.Step is { } step && step != state.Step!.Name)
        {
            return draft.Done();
        }

        if (state.Ramp is { RollsBack: true })
        {
            return Ramping.Refuse(state, "step back");
        }

        return Lower(draft, back.Reason)
            ? draft.Done()
            : Decision<RolloutEvent>.No("rollout.first_step", "The rollout is at its first step; roll it back instead.");
    }

    /// <summary>Steps back for a trigger: before the first step there is only legacy.</summary>
    public static void Lower(Draft draft, string reason, string trigger, Evidence evidence)
    {
        if (!Lower(draft, reason) && draft.State.Ramp is not { RollsBack: true })
        {
            RollingBack.All(draft, reason, trigger, evidence);
        }
    }

    /// <summary>The step before the current one; null at the first, and before the start.</summary>
    public static Step? Before(RolloutState state) =>
        Earlier(state) is var (phase, step) && phase >= 0 ? state.Plan.Phases[phase].Steps[step] : null;

    private static (int Phase, int Step) Earlier(RolloutState state) =>
        state.StepIndex > 0 ? (state.PhaseIndex, state.StepIndex - 1)
        : state.PhaseIndex > 0 ? (state.PhaseIndex - 1, state.Plan.Phases[state.PhaseIndex - 1].Steps.Length - 1)
        : (-1, -1);

    /// <summary>False at the first step, and when all users are already returning.</summary>
    private static bool Lower(Draft draft, string? reason)
    {
        var state = draft.State;
        var (phase, step) = Earlier(state);
        if (phase < 0 || state.Ramp is { RollsBack: true })
        {
            return false;
        }

        var audience = StepAudience.At(state.Plan, phase, step);
        var (phaseName, stepName) = (state.Plan.Phases[phase].Name, state.Plan.Phases[phase].Steps[step].Name);
        Reviewing.WithdrawOpen(draft);
        if (Ramping.Needed(draft, audience.Percentage))
        {
            Ramping.StepBack(draft, audience, phaseName, stepName, reason);
        }
        else
        {
            draft.Emit(new PercentageLowered(
                state.Percentage.Percent, audience.Percentage.Percent, phaseName, stepName, [.. audience.Segments], reason,
                SegmentPercentage.Written(audience.Shares)));
        }

        if (draft.State.Status is RolloutStatus.Running or RolloutStatus.Completed)
        {
            draft.Emit(new RolloutPaused(reason));
        }

        return true;
    }
}
