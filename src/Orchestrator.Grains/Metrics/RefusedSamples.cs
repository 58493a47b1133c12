using System.Collections.Concurrent;

namespace Orchestrator.Grains.Metrics;

/// <summary>
/// Rollouts of which this node refuses every sample, with the newest reason. Bounded by the rollouts whose windows live here: a rollout leaves with
/// its first accepted sample and with its windows.
/// </summary>
public sealed class RefusedSamples
{
    private readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.Ordinal);

    /// <summary>Rollout and reason.</summary>
    public IEnumerable<KeyValuePair<string, string>> All => _reasons.OrderBy(one => one.Key, StringComparer.Ordinal);

    /// <summary>Why every sample of the rollout is refused; null when one was accepted since.</summary>
    public string? Of(string rollout) => _reasons.GetValueOrDefault(rollout);

    /// <summary>True when it is news.</summary>
    internal bool Note(string rollout, string reason)
    {
        var isNew = !_reasons.ContainsKey(rollout);
        _reasons[rollout] = reason;
        return isNew;
    }

    /// <summary>True when it was noted.</summary>
    internal bool Clear(string rollout) => _reasons.TryRemove(rollout, out _);
}
