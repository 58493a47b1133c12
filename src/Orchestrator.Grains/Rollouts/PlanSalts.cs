using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Environments;

namespace Orchestrator.Grains.Rollouts;

/// <summary>
/// "All rollouts of the plan expose the same users first", on any silo: the first salt drawn for a plan with <c>stickiness: plan</c>
/// is stored in the environment's stream, and every later rollout of the plan there uses it. It is never drawn again.
/// </summary>
public sealed class PlanSalts(IGrainFactory grains)
{
    /// <summary>Creates the rollout; its own salt becomes the plan's where none is stored yet.</summary>
    public async Task<CommandResult> Create(RolloutCommand.Create command, Envelope envelope)
    {
        var rollout = grains.GetGrain<IRolloutGrain>(command.Rollout);
        if (!command.Plan.KeepsSalt)
        {
            return await rollout.Execute(command, envelope);
        }

        var environment = grains.GetGrain<IEnvironmentGrain>(command.Environment);
        var kept = await environment.Execute(new EnvironmentCommand.KeepSalt(command.Plan.Name, command.Salt), envelope.OfItsOwn());
        if (kept.Outcome is not (CommandOutcome.Applied or CommandOutcome.Unchanged))
        {
            return kept;
        }

        return await environment.Salt(command.Plan.Name) is { } salt
            ? await rollout.Execute(command with { Salt = salt }, envelope)
            : new CommandResult(
                CommandOutcome.Unavailable, 0, 0, "log.busy", "The salt of the plan could not be read from the log; nothing was applied. Retry.");
    }
}
