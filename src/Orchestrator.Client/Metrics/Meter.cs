using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Orchestrator.Client.Metrics;

/// <summary>Key of a meter: everything that is counted separately.</summary>
internal readonly record struct MeterKey(string Rollout, RouteVariant Variant, string? Segment, bool Shadow);

/// <summary>Counts of a meter since the last call of <see cref="Meter.Take"/>.</summary>
/// <param name="Counters">Growth, zeros too.</param>
/// <param name="Gauges">Newest level of each gauge that was set.</param>
/// <param name="Histograms">Values of each series that has values.</param>
internal sealed record Counted(
    Dictionary<string, long> Counters, Dictionary<string, double> Gauges, Dictionary<string, Histogram> Histograms);

/// <summary>Counts of one variant and segment. Lock-free: a request that ends during a sample is in this sample or in the next.</summary>
internal sealed class Meter
{
    private const string ResponseTime = "response_time";

    /// <summary>Largest growth of a counter that the orchestrator accepts.</summary>
    private const long MostGrowth = 1_000_000_000_000_000;

    private static readonly string[] Live = ["requests", "errors", "http_5xx", "exposures"];
    private static readonly string[] OfShadow = ["requests", "errors", "comparisons", "mismatches"];

    private readonly long[] _counters = new long[4];
    private readonly Buckets _times = new();
    private readonly string[] _names;

    /// <summary>Series of the service itself; at most <see cref="CustomSeries.Most"/> of each.</summary>
    private readonly ConcurrentDictionary<string, StrongBox<long>> _customCounters = [];
    private readonly ConcurrentDictionary<string, double> _customGauges = [];
    private readonly ConcurrentDictionary<string, Buckets> _customValues = [];

    public Meter(bool shadow) => _names = shadow ? OfShadow : Live;

    /// <summary>True for a name that the client reports itself: a sample would carry it twice.</summary>
    public static bool IsTaken(string name) => name is ResponseTime or "memory" or "cpu" || Live.Contains(name) || OfShadow.Contains(name);

    /// <summary>Number of series that the service observes itself.</summary>
    public int CustomValues => _customValues.Count;

    /// <summary>Counts a finished request. The failure is counted first, so that no sample has a request without its failure.</summary>
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

    /// <summary>Counts a shadow run.</summary>
    /// <param name="took">Duration of the new path.</param>
    /// <param name="same">True for an equal result; null when the new path failed.</param>
    public void Shadow(TimeSpan took, bool? same)
    {
        Request(took, same is null, 0);
        if (same is { } equal)
        {
            Interlocked.Increment(ref _counters[2]);
            Interlocked.Add(ref _counters[3], equal ? 0 : 1);
        }
    }

    /// <summary>Counts for the service; 0 makes the counter known, and it is reported as 0 from then on.</summary>
    public void Count(string name, long by)
    {
        var counter = _customCounters.TryGetValue(name, out var known)
            ? known
            : _customCounters.GetOrAdd(name, static _ => new StrongBox<long>());
        if (by != 0)
        {
            Interlocked.Add(ref counter.Value, by);
        }
    }

    public void Gauge(string name, double level) => _customGauges[name] = level;

    public bool Observes(string name) => _customValues.ContainsKey(name);

    public void Observe(string name, double value) =>
        (_customValues.TryGetValue(name, out var known) ? known : _customValues.GetOrAdd(name, static _ => new Buckets())).Observe(value);

    /// <summary>Counts since the last call, zeros too.</summary>
    public Counted Take()
    {
        // Requests first: an error whose request comes with the next sample is possible; the other way round would hide an error.
        var counters = new Dictionary<string, long>(_names.Length + _customCounters.Count);
        for (var i = 0; i < _names.Length; i++)
        {
            counters[_names[i]] = Interlocked.Exchange(ref _counters[i], 0);
        }

        foreach (var (name, counter) in _customCounters)
        {
            // The orchestrator would refuse the whole sample for a larger growth.
            counters[name] = Math.Min(Interlocked.Exchange(ref counter.Value, 0), MostGrowth);
        }

        // A level that the service no longer sets is silence, not a level.
        var gauges = new Dictionary<string, double>();
        foreach (var name in _customGauges.Keys)
        {
            if (_customGauges.TryRemove(name, out var level))
            {
                gauges[name] = level;
            }
        }

        var histograms = new Dictionary<string, Histogram>();
        foreach (var (name, values) in _customValues.Prepend(new KeyValuePair<string, Buckets>(ResponseTime, _times)))
        {
            if (values.Take() is { } histogram)
            {
                histograms[name] = histogram;
            }
        }

        return new Counted(counters, gauges, histograms);
    }
}
