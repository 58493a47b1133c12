using System.Collections.Concurrent;
using Orchestrator.Client.Table;

namespace Orchestrator.Client.Metrics;

/// <summary>All meters of this process.</summary>
internal sealed class Meters(TableHolder holder, bool counts) : IRolloutMetrics
{
    /// <summary>Limit of meters, more than any service has; a meter above it is counted without a segment.</summary>
    private const int Most = 1000;

    /// <summary>
    /// Limit of observed series with segments, of 10 KB each where values spread over three powers of ten; more are observed
    /// without a segment.
    /// </summary>
    private const int MostValues = 1000;

    /// <summary>Largest growth of a counter that the orchestrator accepts in a sample.</summary>
    private const long MostGrowth = 1_000_000_000_000_000;

    private const int ExposureSlots = 1 << 14;

    /// <summary>At most <see cref="Most"/> with segments, and four more for each rollout of the table.</summary>
    private readonly ConcurrentDictionary<MeterKey, Meter> _meters = [];

    /// <summary>Flags that the service watches; bounded by its code.</summary>
    private readonly ConcurrentDictionary<string, bool> _watched = [];

    /// <summary>Counters of the service itself, by flag: bounded by the flags in its code and by <see cref="CustomSeries.Most"/>.</summary>
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> _counters = [];
    private readonly ulong[] _exposures = new ulong[counts ? ExposureSlots : 1];
    private int _values;
    private long _lost;

    public CustomSeries Custom { get; } = new();

    public long Lost => Interlocked.Read(ref _lost);

    public void Watch(string flag) => _watched[flag] = true;

    public void Watch(string flag, params string[] counters)
    {
        Watch(flag);
        foreach (var name in counts ? counters : [])
        {
            if (Custom.Admit(name))
            {
                Know(flag, name);
            }
        }
    }

    public void Request(in RouteResult answer, string? segment, TimeSpan took, bool failed, int status) =>
        Find(answer, segment, shadow: false)?.Request(took, failed, status);

    public void Count(in RouteResult answer, string? segment, string name, long by = 1)
    {
        if (by is < 0 or > MostGrowth)
        {
            Custom.Refuse(name, FormattableString.Invariant($"a counter grows by 0 to {MostGrowth}, not by {by}"));
        }
        else if (Find(answer, segment, shadow: false) is { } meter && Custom.Admit(name))
        {
            Know(answer.Flag!, name);
            meter.Count(name, by);
        }
    }

    public void Gauge(in RouteResult answer, string? segment, string name, double level)
    {
        if (IsNumber(name, level) && Find(answer, segment, shadow: false) is { } meter && Custom.Admit(name))
        {
            meter.Gauge(name, level);
        }
    }

    public void Observe(in RouteResult answer, string? segment, string name, double value)
    {
        if (!IsNumber(name, value) || Find(answer, segment, shadow: false) is not { } meter || !Custom.Admit(name))
        {
            return;
        }

        if (!meter.Observes(name) && segment is not null && Interlocked.Increment(ref _values) > MostValues)
        {
            meter = Find(answer, null, shadow: false)!;
        }

        meter.Observe(name, value);
    }

    public void Exposure(in RouteResult answer, RolloutUser user)
    {
        if (!counts || user.Key is not { } key || answer.Rollout is not { } rollout || !answer.Variant.IsRouted())
        {
            return;
        }

        // Bounded: a slot remembers the last user that fell into it.
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
            Meter(new MeterKey(rollout, RouteVariant.New, null, Shadow: true)).Shadow(took, same);
        }
    }

    public void Lose(int samples) => Interlocked.Add(ref _lost, samples);

    /// <summary>All meters, by rollout. Rollouts that the table no longer has are returned once more and forgotten.</summary>
    public ILookup<string, (MeterKey Key, Meter Meter)> Take()
    {
        Array.Clear(_exposures);
        var rollouts = _watched.Keys.Select(RolloutOf).OfType<string>().ToHashSet();
        foreach (var rollout in rollouts)
        {
            Meter(new MeterKey(rollout, RouteVariant.Legacy, null, Shadow: false));
            Meter(new MeterKey(rollout, RouteVariant.New, null, Shadow: false));
        }

        var taken = _meters.ToArray();
        var known = holder.Current.Table?.Flags.Values.Select(flag => flag.Route?.Rollout).ToHashSet();
        foreach (var (key, _) in taken.Where(one => known?.Contains(one.Key.Rollout) == false))
        {
            _meters.TryRemove(key, out _);
        }

        // Zeros of counters that are counted in any meter: no failed payment is evidence, no report of failed payments is none.
        foreach (var (flag, names) in _counters)
        {
            var rollout = RolloutOf(flag);
            foreach (var (_, meter) in taken.Where(one => one.Key.Rollout == rollout && !one.Key.Shadow))
            {
                foreach (var name in names.Keys)
                {
                    meter.Count(name, 0);
                }
            }
        }

        Volatile.Write(ref _values, _meters.Where(one => one.Key.Segment is not null).Sum(one => one.Value.CustomValues));
        return taken.ToLookup(one => one.Key.Rollout, one => (one.Key, one.Value));
    }

    private void Know(string flag, string counter)
    {
        var names = _counters.TryGetValue(flag, out var known)
            ? known
            : _counters.GetOrAdd(flag, static _ => new ConcurrentDictionary<string, bool>(StringComparer.Ordinal));
        names.TryAdd(counter, true);
    }

    private bool IsNumber(string name, double value)
    {
        if (!double.IsFinite(value))
        {
            Custom.Refuse(name, FormattableString.Invariant($"{value} is not a finite number; other values of the series are counted"));
        }

        return double.IsFinite(value);
    }

    private Meter? Find(in RouteResult answer, string? segment, bool shadow) =>
        counts && answer.Rollout is { } rollout && answer.Variant.IsRouted()
            ? Meter(new MeterKey(rollout, answer.Variant, segment, shadow))
            : null;

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
    public static bool IsRouted(this RouteVariant variant) => variant is RouteVariant.New or RouteVariant.Legacy;
}
