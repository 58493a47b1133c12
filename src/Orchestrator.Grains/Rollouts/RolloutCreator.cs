using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts;

/// <summary>
/// Creates a rollout across three aggregates: the flag is claimed in the environment, missing segments are defined, and the rollout is
/// created. A claim is given back when the rollout is refused.
/// </summary>
public sealed class RolloutCreator(IWorld world, FlagClaims claims, PlanSegments segments, PlanSalts salts)
{
    public async Task<CommandResult> Create(RolloutCommand.Create command, Envelope envelope)
    {
        if (Unfinished(command) is { } other)
        {
            return CommandResult.Refused(
                0, EnvironmentDecider.FlagTaken,
                $"Rollout {other} of flag '{command.Plan.Flag}' in {command.Environment} is not finished; finish or abort it first.");
        }

        if (PlanSegments.Disagreement(world.Current, command.Plan, command.Environment) is { } disagreement)
        {
            return disagreement;
        }

        var claimed = await claims.Take(command, envelope);
        if (claimed.Outcome is not (CommandOutcome.Applied or CommandOutcome.Unchanged))
        {
            return claimed;
        }

        var created = await segments.Define(command.Plan, command.Environment, envelope) ?? await salts.Create(command, envelope);
        if (created.Outcome == CommandOutcome.Applied)
        {
            return await claims.Keep(command, envelope) ?? created;
        }

        if (claimed.Outcome == CommandOutcome.Applied && created.Outcome is not (CommandOutcome.Unchanged or CommandOutcome.Unavailable))
        {
            await claims.Release(command, envelope);
        }

        return created;
    }

    /// <summary>Another rollout that holds the flag, as far as this node knows; null for none. The claim decides.</summary>
    private string? Unfinished(RolloutCommand.Create command) => world.Current.Rollouts.Values
        .Select(entry => entry.State)
        .FirstOrDefault(state => state.Unfinished && state.Id != command.Rollout && state.Environment == command.Environment
            && state.Plan.Flag == command.Plan.Flag)?.Id;
}
