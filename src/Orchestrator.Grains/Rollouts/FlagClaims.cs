using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Environments;

namespace Orchestrator.Grains.Rollouts;

/// <summary>
/// "One unfinished rollout per flag and environment", on any silo: the flag is claimed in the environment's stream before the rollout
/// is created. A claim ends when its rollout is finished, or was not created in time.
/// </summary>
public sealed class FlagClaims(IGrainFactory grains, FlagSuccession succession)
{
    public Task<CommandResult> Take(RolloutCommand.Create command, Envelope envelope) =>
        succession.Claim(command.Environment, command.Plan.Flag, command.Rollout, envelope);

    /// <summary>
    /// The refusal when the claim was lost before the rollout was created (the rollout is then aborted); null when it still holds.
    /// </summary>
    public async Task<CommandResult?> Keep(RolloutCommand.Create command, Envelope envelope)
    {
        var result = await grains.GetGrain<IEnvironmentGrain>(command.Environment)
            .Execute(new EnvironmentCommand.ClaimFlag(command.Plan.Flag, command.Rollout), envelope.OfItsOwn());
        if (result.Outcome != CommandOutcome.Refused)
        {
            return null;
        }

        await grains.GetGrain<IRolloutGrain>(command.Rollout)
            .Execute(new RolloutCommand.Abort($"Created after its flag claim expired: {result.Message}"), envelope.OfItsOwn());
        return result;
    }

    public Task Release(RolloutCommand.Create command, Envelope envelope) => grains.GetGrain<IEnvironmentGrain>(command.Environment)
        .Execute(new EnvironmentCommand.ReleaseFlag(command.Plan.Flag, command.Rollout), envelope.OfItsOwn());
}
