using System.Collections.Frozen;

namespace Orchestrator.Grains.Routing;

/// <summary>
/// Unwatched rollouts, from this node's readings of the guards. One counts as unwatched when its guard has not been renewed
/// for thirty seconds of uninterrupted readings: before, the store may have been unavailable.
/// </summary>
internal sealed class UnwatchedRollouts(TimeProvider time)
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Longest time between two readings that count as uninterrupted.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, long> _seen = [];
    private FrozenSet<string> _unwatched = FrozenSet<string>.Empty;
    private long? _read;
    private long _looking;

    /// <summary>Records a successful reading.</summary>
    /// <param name="watched">The rollouts that should be watched.</param>
    /// <param name="ages">Ages of the guards, by the store's clock.</param>
    public FrozenSet<string> Read(IReadOnlySet<string> watched, IReadOnlyDictionary<string, TimeSpan> ages)
    {
        var now = time.GetTimestamp();
        if (_read is not { } before || time.GetElapsedTime(before, now) > Gap)
        {
            _looking = now;
        }

        _read = now;
        foreach (var gone in _seen.Keys.Where(rollout => !watched.Contains(rollout)).ToArray())
        {
            _seen.Remove(gone);
        }

        foreach (var rollout in watched)
        {
            _seen.TryAdd(rollout, now);
        }

        var unwatched = watched.Where(
            rollout => !IsRenewed(ages, rollout) && (_unwatched.Contains(rollout) || LookedAt(rollout, now) > Limit)).ToArray();
        return _unwatched = _unwatched.SetEquals(unwatched) ? _unwatched : unwatched.ToFrozenSet();
    }

    private static bool IsRenewed(IReadOnlyDictionary<string, TimeSpan> ages, string rollout) =>
        ages.TryGetValue(rollout, out var age) && age <= Limit;

    private TimeSpan LookedAt(string rollout, long now) => time.GetElapsedTime(Math.Max(_seen[rollout], _looking), now);
}
