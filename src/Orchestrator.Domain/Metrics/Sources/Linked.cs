
namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>
/// Which series are counted together because a ratio divides one by the other: requests of a round without its errors would read as
/// requests that did not fail.
/// </summary>
internal sealed class Linked
{
    private readonly Dictionary<string, string> _first = [];

    public Linked(IEnumerable<MetricSource.Ratio> ratios)
    {
        foreach (var ratio in ratios)
        {
            var (one, other) = (Of(ratio.Numerator), Of(ratio.Denominator));
            foreach (var series in _first.Where(entry => entry.Value == other).Select(entry => entry.Key).Append(ratio.Numerator).Append(ratio.Denominator).ToList())
            {
                _first[series] = one;
            }
        }
    }

    /// <summary>One name for all series that are counted together.</summary>
    public string Of(string series) => _first.GetValueOrDefault(series, series);
}
