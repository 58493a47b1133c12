using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Orchestrator.Client.Metrics;

/// <summary>What is counted apart.</summary>
internal readonly record struct MeterKey(string Rollout, Variant Variant, string? Segment, bool Shadow);

/// <summary>Counts of a meter since it was taken last.</summary>
/// <param name="Counters">Growth, zeros too.</param>
/// <param name="Gauges">The newest level of each that was set.</param>
/// <param name="Histograms">Values of each series that has any.</param>
internal sealed record Counted(Dictionary<string, long> Counters, Dictionary<string, double> Gauges, Dictionary<string, Histogram> Histograms);

/// <summary>Counts of one variant and segment since they were taken last. Lock-free: a request that ends in between is in this sample or in the next.</summary>
internal sealed class Meter
{
    private const string ResponseTime = "response_time";

    /// <summary>The most that the orchestrator takes of a counter.</summary>
    private const long MostGrowth = 1_000_000_000_000_000;

    private static readonly string[] Live = ["requests", "errors", "http_5xx", "exposures"];
    private static readonly string[] OfShadow = ["requests", "errors", "comparisons", "mismatches"];

    private readonly long[] _counters = new long[4];
    private readonly Buckets _times = new();
    private readonly string[] _names;

    /// <summary>Series that the service counts itself; at most <see cref="OwnNames.Most"/> of each.</summary>
    private readonly ConcurrentDictionary<string, StrongBox<long>> _ownCounters = [];
    private readonly ConcurrentDictionary<string, double> _ownGauges = [];
    private readonly ConcurrentDictionary<string, Buckets> _ownValues = [];

    public Meter(bool shadow) => _names = shadow ? OfShadow : Live;

    /// <summary>Names that no series of a service may have: a sample would carry them twice.</summary>
    public static bool IsTaken(string name) => name is ResponseTime or "memory" or "cpu" || Live.Contains(name) || OfShadow.Contains(name);

    /// <summary>Series of values that the service observes itself.</summary>
    public int OwnValues => _ownValues.Count;

    /// <summary>A finished request. Its failure is counted before it, so that no sample holds more requests than were looked at.</summary>
    public void Request(TimeSpan took, bool failed, int status)
    {
        if (failed)
        {
            Interlocked.Increment(ref _counters[1]);
        }

        if (status >= 500)
        {
            Interlocked.Increment(ref _counters[2]);
        }

        _times.Observe(took.TotalMilliseconds);
        Interlocked.Increment(ref _counters[0]);
    }

    public void Exposure() => Interlocked.Increment(ref _counters[3]);

    /// <summary>A shadow run beside legacy.</summary>
    /// <param name="took">How long the new path took.</param>
    /// <param name="same">Whether it said the same; null when it failed and said nothing.</param>
    public void Shadow(TimeSpan took, bool? same)
    {
        Request(took, same is null, 0);
        if (same is { } equal)
        {
            Interlocked.Increment(ref _counters[2]);
            Interlocked.Add(ref _counters[3], equal ? 0 : 1);
        }
    }

    /// <summary>Counts for the service; 0 makes the counter known, which is told as 0 from then on.</summary>
    public void Count(string name, long by)
    {
        var counter = _ownCounters.TryGetValue(name, out var known) ? known : _ownCounters.GetOrAdd(name, static _ => new StrongBox<long>());
        if (by != 0)
        {
            Interlocked.Add(ref counter.Value, by);
        }
    }

    public void Gauge(string name, double level) => _ownGauges[name] = level;

    public bool Observes(string name) => _ownValues.ContainsKey(name);

    public void Observe(string name, double value) =>
        (_ownValues.TryGetValue(name, out var known) ? known : _ownValues.GetOrAdd(name, static _ => new Buckets())).Observe(value);

    /// <summary>What was counted since the last call, zeros too.</summary>
    public Counted Take()
    {
        // Requests first: an error whose request comes with the next sample is possible, the other way round would hide one.
        var counters = new Dictionary<string, long>(_names.Length + _ownCounters.Count);
        for (var i = 0; i < _names.Length; i++)
        {
            counters[_names[i]] = Interlocked.Exchange(ref _counters[i], 0);
        }

        foreach (var (name, counter) in _ownCounters)
        {
            // Above it the sample would be refused, and all that is in it.
            counters[name] = Math.Min(Interlocked.Exchange(ref counter.Value, 0), MostGrowth);
        }

        // A level that nobody sets any more is silence, not a level.
        var gauges = new Dictionary<string, double>();
        foreach (var name in _ownGauges.Keys)
        {
            if (_ownGauges.TryRemove(name, out var level))
            {
                gauges[name] = level;
            }
        }

        var histograms = new Dictionary<string, Histogram>();
        foreach (var (name, values) in _ownValues.Prepend(new KeyValuePair<string, Buckets>(ResponseTime, _times)))
        {
            if (values.Take() is { } histogram)
            {
                histograms[name] = histogram;
            }
        }

        return new Counted(counters, gauges, histograms);
    }
}
