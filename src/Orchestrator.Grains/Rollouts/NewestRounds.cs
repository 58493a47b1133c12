using System.Collections.Concurrent;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Grains.Rollouts;

/// <summary>
/// Newest evaluation round of each rollout on this node, for gauges. One entry for each rollout that is watched here: the grain takes its
/// own away.
/// </summary>
public sealed class NewestRounds
{
    private readonly ConcurrentDictionary<string, (RolloutState State, Observation Seen)> _all = new(StringComparer.Ordinal);

    /// <summary>Every rollout that is watched here, with its state after the newest round.</summary>
    public IEnumerable<(RolloutState State, Observation Seen)> All => _all.Values;

    /// <summary>A round has ended.</summary>
    public void Keep(RolloutState state, Observation seen) => _all[state.Id] = (state, seen);

    /// <summary>The rollout is watched elsewhere, or no longer.</summary>
    public void Drop(string rollout) => _all.TryRemove(rollout, out _);
}
