using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Grains.World.Finished;

/// <summary>
/// Rollouts whose states leave the memory: they are over, nothing about them is open, and no answer of their flag depends on them. Of each
/// flag either the rollout that decides it stays, or all leave because the one that ended last has let go. Pure.
/// </summary>
internal static class Leaving
{
    /// <summary>True for a state that only a command to a rollout that is over can change, whatever the others of its flag do.</summary>
    public static bool IsOver(World world, RolloutState state) =>
        state is { PlanOrNone: not null, Status: RolloutStatus.Aborted or RolloutStatus.Retired, AwaitingConfirmation: null, Undone: null }
        && (state.Status == RolloutStatus.Aborted || world.HasLetGo(state))
        && state.Incidents.All(incident => incident.Ended is not null)
        && state.Reviews.All(review => !review.Open)
        && !world.Quarantined.ContainsKey(RolloutEvents.Stream(state.Id))
        && world.Withdrawn.Values.All(withdrawal => withdrawal.Rollout != state.Id);

    /// <summary>True when the second state may change which rollouts of the flag leave.</summary>
    public static bool Matters(World before, RolloutState? was, World after, RolloutState now) =>
        was?.PlanOrNone is null || was.Status != now.Status || was.PhaseIndex >= 0 != now.PhaseIndex >= 0
        || (!now.Unfinished && was.Since != now.Since) || IsOver(before, was) != IsOver(after, now);

    /// <summary>The rollouts in memory of some flags, by their flag.</summary>
    public static ILookup<FlagPlace, RolloutState> InMemory(World world, IReadOnlySet<FlagPlace> places) => world.Rollouts.Values
        .Select(entry => entry.State)
        .Where(state => state.PlanOrNone is not null && places.Contains(PlaceOf(state)))
        .ToLookup(PlaceOf);

    public static FlagPlace PlaceOf(RolloutState state) => new(state.Environment, state.Plan.Flag);

    /// <summary>
    /// The moves of the rollouts of one flag: entries whose states must come back, and, when there are none, states that leave. One comes
    /// back when its stream is in doubt, and when it precedes those in memory while one of them stays.
    /// </summary>
    public static (FinishedRollout[] Back, RolloutState[] Leave) Of(
        World world, FlagPlace place, IReadOnlyCollection<RolloutState> inMemory)
    {
        var first = inMemory.MinBy(state => FlagRank.Of(world, state));
        var best = world.Finished.At(place).FirstOrDefault();
        var precedes = best is not null && (first is null || FlagRank.Of(world, best).CompareTo(FlagRank.Of(world, first)) < 0);
        var over = inMemory.Where(state => IsOver(world, state)).ToArray();
        FinishedRollout[] doubted = world.Broken.Count == 0 ? []
            : [.. world.Finished.At(place).Where(entry => world.Broken.ContainsKey(entry.Stream))];
        return doubted.Length > 0 ? (doubted, [])
            : precedes ? best!.Status == RolloutStatus.Retired && over.Length == inMemory.Count ? ([], over) : ([best], [])
            : first is null || (over.Length == inMemory.Count && world.HasLetGo(first)) ? ([], over)
            : ([], [.. over.Where(state => state != first)]);
    }

    /// <summary>Flags of the rollouts in memory whose streams are in doubt: which of them decides depends on other streams, too.</summary>
    public static IEnumerable<FlagPlace> Doubted(World world) =>
        from stream in world.Broken.Keys
        where stream.StartsWith(RolloutEvents.Prefix, StringComparison.Ordinal)
        let id = stream[RolloutEvents.Prefix.Length..]
        let state = world.Rollouts.GetValueOrDefault(id)?.State
        where state?.PlanOrNone is not null || world.Finished.Find(id) is not null
        select state?.PlanOrNone is not null ? PlaceOf(state) : world.Finished.Find(id)!.Place;
}
