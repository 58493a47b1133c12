namespace Orchestrator.Client.Metrics;

/// <summary>What is counted apart.</summary>
internal readonly record struct MeterKey(string Rollout, Variant Variant, string? Segment, bool Shadow);

/// <summary>Counts of one variant and segment since they were taken last. Lock-free: a request that ends in between is in this sample or in the next.</summary>
internal sealed class Meter
{
    /// <summary>Milliseconds. An observation counts as the bound above it, so the thresholds of plans are among them.</summary>
    public static readonly double[] Bounds =
        [1, 2, 5, 10, 20, 30, 40, 50, 60, 75, 90, 100, 110, 125, 140, 150, 165, 180, 200, 225, 250, 300, 350, 400, 450, 500, 600, 750, 1000, 1500, 2000, 3000, 5000, 10000, 30000];

    private static readonly string[] Live = ["requests", "errors", "http_5xx", "exposures"];
    private static readonly string[] OfShadow = ["requests", "errors", "comparisons", "mismatches"];

    private readonly long[] _counters = new long[4];
    private readonly long[] _times = new long[Bounds.Length + 1];
    private readonly string[] _names;

    public Meter(bool shadow) => _names = shadow ? OfShadow : Live;

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

        var at = Array.BinarySearch(Bounds, took.TotalMilliseconds);
        Interlocked.Increment(ref _times[at < 0 ? ~at : at]);
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

    /// <summary>What was counted since the last call, zeros too.</summary>
    public (Dictionary<string, long> Counters, long[] Times) Take()
    {
        // Requests first: an error whose request comes with the next sample is possible, the other way round would hide one.
        var counters = new Dictionary<string, long>(_names.Length);
        for (var i = 0; i < _names.Length; i++)
        {
            counters[_names[i]] = Interlocked.Exchange(ref _counters[i], 0);
        }

        var times = new long[_times.Length];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = Interlocked.Exchange(ref _times[i], 0);
        }

        return (counters, times);
    }
}
