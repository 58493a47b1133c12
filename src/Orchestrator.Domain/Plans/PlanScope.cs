using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans;

/// <summary>
/// Names that the rest of a plan may refer to. A name whose definition has errors is known, but no further check uses it.
/// </summary>
internal sealed class PlanScope
{
    private readonly Dictionary<string, Metric?> _metrics = new()
    {
        [PlanVocabulary.Incidents] = new Metric(PlanVocabulary.Incidents, new MetricSource.Count(PlanVocabulary.Incidents), Unit.Number),
    };

    public HashSet<string> Segments { get; } = [];

    public HashSet<string> Channels { get; } = [];

    public string? Flag { get; set; }

    /// <summary>Syntax check of a JSONPath by the evaluating library: null, or the error. Null where no library is available.</summary>
    public Func<string, string?>? PathFault { get; init; }

    public void Add(string name, Metric? metric) => _metrics[name] = metric;

    /// <summary>The metric; null when there is none, or when its definition has errors.</summary>
    public Metric? Metric(string name) => _metrics.GetValueOrDefault(name);

    /// <summary>False after an error when no such metric is known.</summary>
    public bool Find(Field field, string name, out Metric? metric)
    {
        if (_metrics.TryGetValue(name, out metric))
        {
            return true;
        }

        field.Error($"unknown metric '{Field.Short(name)}'{field.Findings.Hint(name, _metrics.Keys)} (known: {string.Join(", ", _metrics.Keys.Take(20))})");
        return false;
    }

    /// <summary>True for a raw series that some metric of the plan is computed from.</summary>
    public bool IsSeries(string name) => _metrics.Values.Any(metric => metric?.Source switch
    {
        MetricSource.Ratio ratio => ratio.Numerator == name || ratio.Denominator == name,
        MetricSource.Quantile quantile => quantile.Series == name,
        MetricSource.Gauge gauge => gauge.Series == name,
        MetricSource.Rate rate => rate.Series == name,
        MetricSource.Count count => count.Series == name,
        _ => false,
    });

    /// <summary>Ratios of the plan, by the name of the metric.</summary>
    public IEnumerable<(string Metric, MetricSource.Ratio Ratio)> Ratios =>
        from entry in _metrics where entry.Value?.Source is MetricSource.Ratio select (entry.Key, (MetricSource.Ratio)entry.Value.Source);

    public bool FindSegment(Field field, string key)
    {
        if (Segments.Contains(key))
        {
            return true;
        }

        var known = Segments.Count == 0 ? "the plan defines none" : $"known: {string.Join(", ", Segments.Take(20))}";
        field.Error($"unknown segment '{Field.Short(key)}'{field.Findings.Hint(key, Segments)} ({known})");
        return false;
    }

    public string? Segment(Field field) => field.Name(underscore: false) is { } key && FindSegment(field, key) ? key : null;

    public static string? Role(Field field) => field.OneOf("role", PlanVocabulary.Roles.AsSpan());
}
