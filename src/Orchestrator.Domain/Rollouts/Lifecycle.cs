using System.Text.Json;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Commands from creation to the end, apart from advancing.</summary>
internal static class Lifecycle
{
    public static Decision<RolloutEvent> Create(Draft draft, Create create)
    {
        if (draft.State.Version > 0)
        {
            return draft.State.PlanOrNone?.Hash == create.Plan.Hash && draft.State.Environment == create.Environment
                ? draft.Done()
                : Decision<RolloutEvent>.No("rollout.exists", $"Rollout {create.Rollout} already exists, with another plan or environment.");
        }

        using var document = JsonDocument.Parse(create.Plan.Document);
        TimeSpan? sampling = create.SamplingFloor > create.Plan.Judgement.Sampling ? create.SamplingFloor : null;
        draft.Emit(new RolloutCreated(
            create.Rollout, create.Plan.Name, create.Revision, create.Plan.Hash, document.RootElement.Clone(), create.Plan.Flag,
            create.Environment,
            create.Salt, sampling));
        return draft.Done();
    }

    public static Decision<RolloutEvent> Start(Draft draft, Start start)
    {
        switch (draft.State.Status)
        {
            case RolloutStatus.Created when start.LineStopped is { } stopped:
                return Refusal.Line(stopped, start.LineStoppedBy);
            case RolloutStatus.Created:
                draft.Emit(new RolloutStarted(start.Reason));
                Advancing.Enter(draft, 0, 0);
                return draft.Done();
            case RolloutStatus.Running or RolloutStatus.Paused:
                return draft.Done();
            default:
                return Refusal.Status(draft.State, "start");
        }
    }

    public static Decision<RolloutEvent> Pause(Draft draft, Pause pause)
    {
        switch (draft.State.Status)
        {
            case RolloutStatus.Running:
                draft.Emit(new RolloutPaused(pause.Reason));
                return draft.Done();
            case RolloutStatus.Paused:
                return draft.Done();
            default:
                return Refusal.Status(draft.State, "pause");
        }
    }

    public static Decision<RolloutEvent> Resume(Draft draft, Resume resume)
    {
        switch (draft.State.Status)
        {
            case RolloutStatus.Paused when draft.State.Ramp is not null:
                return Ramping.Refuse(draft.State, "resume");
            case RolloutStatus.Paused:
                draft.Emit(new RolloutResumed(resume.Reason));
                return draft.Done();
            case RolloutStatus.Running:
                return draft.Done();
            default:
                return Refusal.Status(draft.State, "resume");
        }
    }

    public static Decision<RolloutEvent> Abort(Draft draft, Abort abort)
    {
        if (draft.State.Status == RolloutStatus.Aborted)
        {
            return draft.Done();
        }

        if (!draft.State.Unfinished)
        {
            return Refusal.Ended(draft.State, "abort");
        }

        Reviewing.WithdrawOpen(draft);
        draft.Emit(new RolloutAborted(abort.Reason));
        return draft.Done();
    }
}
