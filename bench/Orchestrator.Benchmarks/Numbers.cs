using System.Globalization;

namespace Orchestrator.Benchmarks;

/// <summary>Statistics of measurements.</summary>
internal static class Numbers
{
    public static double Median(this IEnumerable<double> numbers) => numbers.Quantile(0.5);

    /// <summary>Median, 99th percentile and maximum: <c>p50 / p99 / max</c>.</summary>
    public static string Spread(this IReadOnlyCollection<double> numbers, string unit, string format) =>
        string.Join(" / ", new[] { numbers.Median(), numbers.Quantile(0.99), numbers.Max() }
            .Select(number => number.ToString(format, CultureInfo.InvariantCulture))) + unit;

    /// <summary>Quantile by interpolation between the two nearest values.</summary>
    public static double Quantile(this IEnumerable<double> numbers, double rank)
    {
        var sorted = numbers.Order().ToArray();
        var place = rank * (sorted.Length - 1);
        var (below, part) = ((int)place, place - (int)place);
        return part == 0 ? sorted[below] : sorted[below] + (part * (sorted[below + 1] - sorted[below]));
    }
}
