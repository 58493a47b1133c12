using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Environments;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts;

/// <summary>From one rollout of a flag to the next: which one holds the flag in its environment, and what becomes of the one before when the next starts.</summary>
public sealed class FlagSuccession(IGrainFactory grains, IEventLog log, IWorld world, OrchestratorClock clock)
{
    /// <summary>Between its claim and its first event a rollout takes milliseconds.</summary>
    private static readonly TimeSpan Birth = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>No user is served by two rollouts of a flag, however late one came to be: the environment says which one may. The claim of one that is over gives way.</summary>
    public async Task<CommandResult> Claim(string environment, string flag, string rollout, Envelope envelope)
    {
        var grain = grains.GetGrain<IEnvironmentGrain>(environment);
        var claim = new EnvironmentCommand.ClaimFlag(flag, rollout);
        var result = await grain.Execute(claim, envelope.OfItsOwn());
        return result.Outcome == CommandOutcome.Refused && await grain.Holder(flag) is { } holder && await IsOver(holder)
            ? await grain.Execute(claim with { Instead = holder.Rollout }, envelope.OfItsOwn())
            : result;
    }

    /// <summary>
    /// Retires the rollouts that served the flag before this one, which is about to start. They go on serving until it has: a crash in between leaves no
    /// user without an answer. Null when it may start.
    /// </summary>
    public async Task<CommandResult?> Begin(RolloutState starting, Envelope envelope)
    {
        // Whatever was completed before this rollout came to be is in the log by now, but perhaps not yet in this silo's view.
        if (!await world.WaitFor(await log.Head(), Patience))
        {
            return new CommandResult(CommandOutcome.Unavailable, starting.Version, 0, "node.behind", "This node has not read the log to its end; nothing is half-applied. Try again.");
        }

        foreach (var former in world.Current.Rollouts.Values.Select(entry => entry.State).Where(state => Precedes(state, starting)).Select(state => state.Id).ToArray())
        {
            var retire = new RolloutCommand.Retire($"Rollout {starting.Id} of the same flag was started.", Successor: starting.Id);
            if (await grains.GetGrain<IRolloutGrain>(former).Execute(retire, envelope.OfItsOwn()) is { Outcome: not (CommandOutcome.Applied or CommandOutcome.Unchanged) } failed)
            {
                return failed;
            }
        }

        return null;
    }

    /// <summary>A broken stream takes no command, so it takes no user back either.</summary>
    private bool Precedes(RolloutState state, RolloutState starting) =>
        state.Id != starting.Id && state.Environment == starting.Environment && state.Plan.Flag == starting.Plan.Flag && state.PhaseIndex >= 0
        && state.Status switch
        {
            RolloutStatus.Aborted => false,
            RolloutStatus.Retired => state.Successor is { } successor && world.Current.Rollouts.GetValueOrDefault(successor)?.State is not { PhaseIndex: >= 0 },
            _ => true,
        }
        && !world.Current.Broken.ContainsKey(RolloutEvents.Stream(state.Id));

    /// <summary>From the log itself: what this node knows may lag. A claim of a clock that was ahead is as old as one of long ago.</summary>
    private async Task<bool> IsOver(FlagClaim holder)
    {
        var recorded = await log.ReadStream(RolloutEvents.Stream(holder.Rollout));
        var state = recorded.Select(RolloutEvents.Catalog.Replay).Aggregate(RolloutState.Initial, RolloutEvolution.Evolve);
        return state.Version > 0 ? !state.Unfinished : (clock.GetUtcNow() - holder.Since).Duration() > Birth * clock.Speed;
    }
}
