using System.Collections.Concurrent;

namespace Orchestrator.Grains.Metrics;

/// <summary>
/// Rollouts whose every sample this node refuses, with the newest reason. Bounded by the rollouts whose windows are here: a rollout is
/// removed with its first accepted sample and with its windows.
/// </summary>
public sealed class RefusedSamples
{
    /// <summary>One sentence for each rollout whose samples are refused now.</summary>
    private readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.Ordinal);

    /// <summary>Rollout and reason.</summary>
    public IEnumerable<KeyValuePair<string, string>> All => _reasons.OrderBy(one => one.Key, StringComparer.Ordinal);

    /// <summary>Reason why every sample of the rollout is refused; null after an accepted one.</summary>
    public string? Of(string rollout) => _reasons.GetValueOrDefault(rollout);

    /// <summary>True when it was not recorded before.</summary>
    internal bool Note(string rollout, string reason)
    {
        var isNew = !_reasons.ContainsKey(rollout);
        _reasons[rollout] = reason;
        return isNew;
    }

    /// <summary>True when it was recorded.</summary>
    internal bool Clear(string rollout) => _reasons.TryRemove(rollout, out _);
}
