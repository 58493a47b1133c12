using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Environments;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Time;

namespace Orchestrator.Api.Rollouts;

/// <summary>
/// "One unfinished rollout per flag and environment", whichever silo is asked: the flag is claimed in the environment's stream before the rollout
/// comes to be. A claim ends when its rollout is finished, or did not come to be in time.
/// </summary>
internal sealed class FlagClaims(IGrainFactory grains, IEventLog log, OrchestratorClock clock)
{
    /// <summary>Between its claim and its first event a rollout takes milliseconds.</summary>
    private static readonly TimeSpan Birth = TimeSpan.FromSeconds(10);

    public async Task<CommandResult> Take(RolloutCommand.Create command, Envelope envelope)
    {
        var environment = grains.GetGrain<IEnvironmentGrain>(command.Environment);
        var claim = new EnvironmentCommand.ClaimFlag(command.Plan.Flag, command.Rollout);
        var result = await environment.Execute(claim, envelope.OfItsOwn());
        return result.Outcome == CommandOutcome.Refused && await environment.Holder(command.Plan.Flag) is { } holder && await IsOver(holder)
            ? await environment.Execute(claim with { Instead = holder.Rollout }, envelope.OfItsOwn())
            : result;
    }

    /// <summary>The refusal when the claim was lost before the rollout came to be, which is then ended; null when it is kept.</summary>
    public async Task<CommandResult?> Keep(RolloutCommand.Create command, Envelope envelope)
    {
        var result = await grains.GetGrain<IEnvironmentGrain>(command.Environment)
            .Execute(new EnvironmentCommand.ClaimFlag(command.Plan.Flag, command.Rollout), envelope.OfItsOwn());
        if (result.Outcome != CommandOutcome.Refused)
        {
            return null;
        }

        await grains.GetGrain<IRolloutGrain>(command.Rollout).Run(new RolloutCommand.Abort($"Came to be too late: {result.Message}"), envelope.OfItsOwn());
        return result;
    }

    public Task Release(RolloutCommand.Create command, Envelope envelope) => grains.GetGrain<IEnvironmentGrain>(command.Environment)
        .Execute(new EnvironmentCommand.ReleaseFlag(command.Plan.Flag, command.Rollout), envelope.OfItsOwn());

    /// <summary>From the log itself: what this node knows may lag. A claim of a clock that was ahead is as old as one of long ago.</summary>
    private async Task<bool> IsOver(FlagClaim holder)
    {
        var state = (await log.ReadStream(RolloutEvents.Stream(holder.Rollout))).Aggregate(RolloutState.None, (state, e) =>
            RolloutEvolution.Evolve(state, new Happened<RolloutEvent>(e.Version, e.At, e.Actor, RolloutEvents.Catalog.Read(e))));
        return state.Version > 0 ? !state.Unfinished : (clock.GetUtcNow() - holder.Since).Duration() > Birth * clock.Speed;
    }
}
