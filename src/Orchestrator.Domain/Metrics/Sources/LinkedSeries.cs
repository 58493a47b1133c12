
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>
/// Series that are counted together because a ratio divides one by the other: requests of a round without its errors would read as
/// requests that did not fail.
/// </summary>
internal sealed class LinkedSeries
{
    /// <summary>At most as long as the plan.</summary>
    private readonly Dictionary<string, string> _first = [];

    public LinkedSeries(IEnumerable<MetricSource.Ratio> ratios)
    {
        foreach (var ratio in ratios)
        {
            var (one, other) = (Of(ratio.Numerator), Of(ratio.Denominator));
            foreach (var series in _first.Where(entry => entry.Value == other).Select(entry => entry.Key).Append(ratio.Numerator)
                .Append(ratio.Denominator).ToList())
            {
                _first[series] = one;
            }
        }
    }

    /// <summary>All series that are counted together with one, itself among them; none where no ratio reads it.</summary>
    public IEnumerable<string> With(string series) =>
        _first.ContainsKey(series) ? _first.Where(entry => entry.Value == Of(series)).Select(entry => entry.Key) : [];

    /// <summary>One name for all series that are counted together.</summary>
    public string Of(string series) => _first.GetValueOrDefault(series, series);
}
