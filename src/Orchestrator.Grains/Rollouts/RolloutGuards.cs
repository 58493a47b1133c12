using System.Collections.Concurrent;
using System.Diagnostics;

namespace Orchestrator.Grains.Rollouts;

/// <summary>Says of each rollout in this process that somebody is watching it: each completed round renews its guard. Real time.</summary>
public sealed class RolloutGuards
{
    /// <summary>A watched rollout completes a round at least this often.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, long> _renewed = new();

    public void Renew(string rollout)
    {
        _renewed[rollout] = Stopwatch.GetTimestamp();
        Measures.Rounds.Add(1);
    }

    /// <summary>Time since its newest round here; null when there was none.</summary>
    public TimeSpan? Age(string rollout) => _renewed.TryGetValue(rollout, out var at) ? Stopwatch.GetElapsedTime(at) : null;
}
