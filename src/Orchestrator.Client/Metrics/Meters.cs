using System.Collections.Concurrent;
using Orchestrator.Client.Table;

namespace Orchestrator.Client.Metrics;

/// <summary>All meters of this process.</summary>
internal sealed class Meters(TableHolder holder, bool counts) : IRolloutMetrics
{
    /// <summary>More of them than any service has; what comes above is counted to nobody's segment.</summary>
    private const int Most = 1000;

    private const int ExposureSlots = 1 << 14;

    /// <summary>At most <see cref="Most"/> with segments, and four for each rollout of the table beside.</summary>
    private readonly ConcurrentDictionary<MeterKey, Meter> _meters = [];

    /// <summary>Flags that the code of the service names at its start.</summary>
    private readonly ConcurrentDictionary<string, bool> _watched = [];
    private readonly ulong[] _exposures = new ulong[counts ? ExposureSlots : 1];
    private long _lost;

    public long Lost => Interlocked.Read(ref _lost);

    public void Watch(string flag) => _watched[flag] = true;

    public void Request(in RouteResult answer, string? segment, TimeSpan took, bool failed, int status) =>
        Find(answer, segment, shadow: false)?.Request(took, failed, status);

    public void Exposure(in RouteResult answer, User user)
    {
        if (!counts || user.Key is not { } key || answer.Rollout is not { } rollout || !answer.Variant.IsRouted())
        {
            return;
        }

        // Bounded: a slot remembers the last one that fell into it.
        var mark = ((ulong)(uint)HashCode.Combine(rollout, answer.Variant) << 32 | (uint)key.GetHashCode(StringComparison.Ordinal)) | 1;
        ref var slot = ref _exposures[(mark ^ (mark >> 32)) & (ExposureSlots - 1)];
        if (Interlocked.Exchange(ref slot, mark) != mark)
        {
            Find(answer, null, shadow: false)?.Exposure();
        }
    }

    public void Shadow(string flag, TimeSpan took, bool? same)
    {
        if (counts && RolloutOf(flag) is { } rollout)
        {
            Meter(new MeterKey(rollout, Variant.New, null, Shadow: true)).Shadow(took, same);
        }
    }

    public void Lose(int samples) => Interlocked.Add(ref _lost, samples);

    /// <summary>Everything counted since the last call, by rollout. Rollouts that the table no longer has are told of once more and forgotten.</summary>
    public ILookup<string, (MeterKey Key, Meter Meter)> Take()
    {
        Array.Clear(_exposures);
        var rollouts = _watched.Keys.Select(RolloutOf).OfType<string>().ToHashSet();
        foreach (var rollout in rollouts)
        {
            Meter(new MeterKey(rollout, Variant.Legacy, null, Shadow: false));
            Meter(new MeterKey(rollout, Variant.New, null, Shadow: false));
        }

        var taken = _meters.ToArray();
        var known = holder.Current.Table?.Flags.Values.Select(flag => flag.Route?.Rollout).ToHashSet();
        foreach (var (key, _) in taken.Where(one => known?.Contains(one.Key.Rollout) == false))
        {
            _meters.TryRemove(key, out _);
        }

        return taken.ToLookup(one => one.Key.Rollout, one => (one.Key, one.Value));
    }

    private Meter? Find(in RouteResult answer, string? segment, bool shadow) =>
        counts && answer.Rollout is { } rollout && answer.Variant.IsRouted() ? Meter(new MeterKey(rollout, answer.Variant, segment, shadow)) : null;

    private Meter Meter(MeterKey key)
    {
        if (_meters.TryGetValue(key, out var meter))
        {
            return meter;
        }

        key = _meters.Count >= Most ? key with { Segment = null } : key;
        return _meters.GetOrAdd(key, static made => new Meter(made.Shadow));
    }

    private string? RolloutOf(string flag) => holder.Current.Table?.Flags.GetValueOrDefault(flag)?.Route?.Rollout;
}

internal static class Variants
{
    public static bool IsRouted(this Variant variant) => variant is Variant.New or Variant.Legacy;
}
