namespace Orchestrator.Samples.Chat.Metering;

/// <summary>
/// Counts of one path since the last report, for one kind of traffic. Counters it never touched read 0: silence is reported, not hidden.
/// </summary>
internal sealed class PathMeter(params string[] counters)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _before = counters.ToDictionary(c => c, _ => 0L);
    private Reading _now = new(counters);

    public void Add(string counter, long by = 1)
    {
        lock (_gate)
        {
            _now.Counters[counter] += by;
        }
    }

    /// <summary>One finished request: counted together, so that no report holds its error without the request.</summary>
    public void Finished(TimeSpan took, bool failed)
    {
        lock (_gate)
        {
            _now.Counters["requests"]++;
            if (failed)
            {
                _now.Counters["errors"]++;
                _now.Counters["http_5xx"]++;
            }

            _now.ResponseTimes.Take(took.TotalMilliseconds);
        }
    }

    /// <summary>The readings since the last call.</summary>
    public Reading Take()
    {
        var fresh = new Reading(counters);
        lock (_gate)
        {
            (_now, fresh) = (fresh, _now);
            foreach (var (name, value) in fresh.Counters)
            {
                _before[name] += value;
            }
        }

        return fresh;
    }

    /// <summary>Everything since the service started.</summary>
    public Dictionary<string, long> Totals()
    {
        lock (_gate)
        {
            return _before.ToDictionary(c => c.Key, c => c.Value + _now.Counters[c.Key]);
        }
    }

    internal sealed class Reading(string[] counters)
    {
        public Dictionary<string, long> Counters { get; } = counters.ToDictionary(c => c, _ => 0L);

        public Reservoir ResponseTimes { get; } = new(1000);
    }
}

/// <summary>A bounded, evenly drawn sample of many values (algorithm R, Vitter 1985). Not thread-safe.</summary>
internal sealed class Reservoir(int size)
{
    private readonly List<double> _kept = [];
    private readonly Random _random = new();
    private long _seen;

    public IReadOnlyList<double> Values => _kept;

    public void Take(double value)
    {
        _seen++;
        if (_kept.Count < size)
        {
            _kept.Add(value);
        }
        else if (_random.NextInt64(_seen) is var at && at < size)
        {
            _kept[(int)at] = value;
        }
    }

    public double? Median() => _kept.Count == 0 ? null : _kept.Order().ElementAt(_kept.Count / 2);
}
