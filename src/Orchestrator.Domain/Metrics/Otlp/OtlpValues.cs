using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>Rules of values, in either encoding. Each throws <see cref="FormatException"/> with the sentence for the sender.</summary>
internal static class OtlpValues
{
    /// <summary>Most buckets of one histogram, or of one side of an exponential one. SDKs make 160 at most by default.</summary>
    public const int MostBuckets = 1_000;

    public static OtlpValue Gauge(double value) =>
        double.IsFinite(value) ? new OtlpValue.Level(value) : new OtlpValue.NoNumber(value, false);

    public static OtlpValue Sum(double value, bool monotonic, long temporality) => (monotonic, Cumulative(temporality)) switch
    {
        (true, var cumulative) => double.IsFinite(value) ? new OtlpValue.Sum(value, cumulative) : new OtlpValue.NoNumber(value, cumulative),
        (false, true) => Gauge(value),
        _ => throw new FormatException("a delta of a sum that may fall gives no level; export it as cumulative"),
    };

    public static OtlpValue Histogram(ImmutableArray<double> bounds, ImmutableArray<long> counts, long temporality)
    {
        if (bounds.IsEmpty || counts.Length != bounds.Length + 1)
        {
            throw new FormatException($"a histogram has one count more than bounds and at least one bound, but this has {counts.Length} and {bounds.Length}");
        }

        for (var i = 1; i < bounds.Length; i++)
        {
            if (!(bounds[i] > bounds[i - 1]))
            {
                throw new FormatException($"bounds must rise, but {Shown(bounds[i])} follows {Shown(bounds[i - 1])}");
            }
        }

        return new OtlpValue.Histogram(bounds, [.. counts.Select(NotNegative)], Cumulative(temporality));
    }

    public static OtlpValue Exponential(
        long scale, long zero, double threshold, (long Offset, ImmutableArray<long> Counts) positive,
        (long Offset, ImmutableArray<long> Counts) negative, long temporality) =>
        scale is >= -10 and <= 20
            ? new OtlpValue.Exponential((int)scale, NotNegative(zero), Finite(threshold), Side(positive.Offset, positive.Counts),
                Side(negative.Offset, negative.Counts), Cumulative(temporality))
            : throw new FormatException($"the scale {scale} is not between -10 and 20");

    public const string Summary = "summaries are not read; export histograms";

    public static string Nothing(OtlpValue.NoNumber value) => $"the value is {Shown(value.Value)}, which is not a measurement";

    public static Exception NoValue() => new FormatException("there is no value");

    /// <summary>Checks a length before the list is read.</summary>
    public static int Few(int count) => count <= MostBuckets + 1 ? count : throw new FormatException($"a histogram may have {MostBuckets} bounds, but this has {count - 1}");

    private static ImmutableSortedDictionary<int, long> Side(long offset, ImmutableArray<long> counts)
    {
        if (offset < int.MinValue || offset + counts.Length > int.MaxValue)
        {
            throw new FormatException($"the offset {offset} is beyond 32 bits");
        }

        return counts.Select((count, i) => KeyValuePair.Create((int)offset + i, NotNegative(count))).Where(bucket => bucket.Value > 0)
            .ToImmutableSortedDictionary();
    }

    private static bool Cumulative(long temporality) => temporality switch
    {
        1 => false,
        2 => true,
        _ => throw new FormatException("the aggregation temporality must be delta (1) or cumulative (2)"),
    };

    private static double Finite(double value) =>
        double.IsFinite(value) ? value : throw new FormatException(Nothing(new OtlpValue.NoNumber(value, false)));

    private static long NotNegative(long count) => count >= 0 ? count : throw new FormatException($"the count {count} is negative or beyond 63 bits");

    private static string Shown(double value) => value.ToString(CultureInfo.InvariantCulture);
}
