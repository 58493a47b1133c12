using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Environments;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts;

/// <summary>
/// From one rollout of a flag to the next: the one that holds the flag in its environment, and the retirement of its predecessor at its
/// start.
/// </summary>
public sealed class FlagSuccession(IGrainFactory grains, IEventLog log, IWorld world, OrchestratorClock clock)
{
    /// <summary>Between its claim and its first event a rollout takes milliseconds.</summary>
    private static readonly TimeSpan Birth = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// No user is served by two rollouts of a flag, however late one was created: the environment names the one that may. The claim of a
    /// finished one gives way.
    /// </summary>
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
    /// Retires the rollouts that served the flag before this one, which is about to start. They serve until it has started: a crash in
    /// between leaves no user without an answer. Null when it may start.
    /// </summary>
    public async Task<CommandResult?> Begin(RolloutState starting, Envelope envelope)
    {
        // Rollouts completed before this one was created are in the log by now, but perhaps not yet in this silo's view.
        if (!await world.WaitFor(await log.Head(), Patience))
        {
            return new CommandResult(CommandOutcome.Unavailable, starting.Version, 0, "node.behind", "This node has not read the log to its end; nothing was applied. Retry.");
        }

        foreach (var former in Predecessors(world.Current, starting).Select(state => state.Id).ToArray())
        {
            var retired = await grains.GetGrain<IRolloutGrain>(former).Execute(Retirement(starting), envelope.OfItsOwn());
            if (retired is { Outcome: not (CommandOutcome.Applied or CommandOutcome.Unchanged) } failed)
            {
                return failed;
            }
        }

        return null;
    }

    /// <summary>
    /// Rollouts that a start retires. A quarantined stream takes no command, so it can put no user on new either.
    /// </summary>
    public static IEnumerable<RolloutState> Predecessors(World.World world, RolloutState starting) =>
        from entry in world.Rollouts.Values
        let state = entry.State
        where state.Id != starting.Id && state.Environment == starting.Environment && state.Plan.Flag == starting.Plan.Flag
            && state.PhaseIndex >= 0
            && state.Status switch
            {
                RolloutStatus.Aborted => false,
                RolloutStatus.Retired => state.Successor is not null && !world.HasLetGo(state),
                _ => true,
            }
            && !world.Broken.ContainsKey(RolloutEvents.Stream(state.Id))
        select state;

    /// <summary>The command by which a start retires each of them.</summary>
    public static RolloutCommand.Retire Retirement(RolloutState starting) =>
        new($"Rollout {starting.Id} of the same flag was started.", Successor: starting.Id);

    /// <summary>
    /// From the log itself: this node's view may lag. A claim with a time in the future (a clock was ahead) counts as an old one.
    /// </summary>
    private async Task<bool> IsOver(FlagClaim holder)
    {
        var recorded = await log.ReadStream(RolloutEvents.Stream(holder.Rollout));
        var state = recorded.Select(RolloutEvents.Catalog.Replay).Aggregate(RolloutState.Initial, RolloutEvolution.Evolve);
        return state.Version > 0 ? !state.Unfinished : (clock.GetUtcNow() - holder.Since).Duration() > Birth * clock.Speed;
    }
}
