using Orchestrator.Domain.Events;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts;

/// <summary>To the step before, with the audience that step had, and no further until a person resumes.</summary>
internal static class SteppingBack
{
    public static Decision<RolloutEvent> StepBack(Draft draft, StepBack back)
    {
        var state = draft.State;
        if (!state.Watched)
        {
            return Refusal.Status(state, "step back");
        }

        if (back.Step is { } step && step != state.Step!.Name)
        {
            return draft.Done();
        }

        return Lower(draft, back.Reason)
            ? draft.Done()
            : Decision<RolloutEvent>.No("rollout.first_step", "The rollout is at its first step; roll it back instead.");
    }

    /// <summary>False at the first step.</summary>
    public static bool Lower(Draft draft, string? reason)
    {
        var state = draft.State;
        var (phase, step) = state.StepIndex > 0 ? (state.PhaseIndex, state.StepIndex - 1)
            : state.PhaseIndex > 0 ? (state.PhaseIndex - 1, state.Plan.Phases[state.PhaseIndex - 1].Steps.Length - 1)
            : (-1, -1);
        if (phase < 0)
        {
            return false;
        }

        var (percentage, segments) = AudienceAt(state, phase, step);
        Reviewing.WithdrawOpen(draft);
        draft.Emit(new PercentageLowered(
            Share.Percent(state.Percentage), Share.Percent(percentage), state.Plan.Phases[phase].Name, state.Plan.Phases[phase].Steps[step].Name, segments, reason));
        if (draft.State.Status == RolloutStatus.Running)
        {
            draft.Emit(new RolloutPaused(reason));
        }

        return true;
    }

    /// <summary>The union of everything that the steps up to this one let in.</summary>
    private static (int Percentage, string[] Segments) AudienceAt(RolloutState state, int phase, int step)
    {
        var steps = state.Plan.Phases.Take(phase).SelectMany(p => p.Steps).Concat(state.Plan.Phases[phase].Steps.Take(step + 1)).ToArray();
        return (steps.Max(s => s.Percentage ?? 0), [.. steps.SelectMany(s => s.Segments).Distinct()]);
    }
}
