using System.Collections.Immutable;
using System.Text.Json;
using Orchestrator.Domain.Metrics.Sources;

namespace Orchestrator.Domain.Backtests;

/// <summary>A series of an answer to a range query.</summary>
/// <param name="Labels">Its labels; the value is that of no instant.</param>
/// <param name="At">Instants with a value, ascending, in Unix milliseconds.</param>
/// <param name="Values">A value for each; NaN or infinite when its target gave no number.</param>
public sealed record RangeSeries(VectorPoint Labels, ImmutableArray<long> At, ImmutableArray<double> Values);

/// <summary>An answer, or the sentence with its error.</summary>
/// <param name="Series">The series.</param>
/// <param name="Error">Null when the answer could be used.</param>
public sealed record RangeReading(ImmutableArray<RangeSeries> Series, string? Error)
{
    /// <summary>An answer that cannot be used.</summary>
    public static RangeReading Failed(string error) => new([], error);

    /// <summary>Number of values.</summary>
    public long Points => Series.Sum(series => (long)series.At.Length);

    /// <summary>The values at one instant, as an instant query would have answered.</summary>
    public VectorReading At(long at)
    {
        if (Error is { } error)
        {
            return VectorReading.Failed(error);
        }

        var points = ImmutableArray.CreateBuilder<VectorPoint>();
        foreach (var series in Series)
        {
            var index = series.At.BinarySearch(at);
            if (index >= 0)
            {
                points.Add(series.Labels with { Value = series.Values[index] });
            }
        }

        return new VectorReading(at, points.ToImmutable(), null);
    }
}

/// <summary>Reads an answer of Prometheus' <c>/api/v1/query_range</c>.</summary>
public static class RangeReader
{
    /// <summary>Reads it; anything unexpected is an error, never a number.</summary>
    public static RangeReading Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 16 });
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return RangeReading.Failed("the answer is not JSON");
        }
        catch (Exception odd) when (odd is InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            return RangeReading.Failed("the answer is JSON, but not a response of Prometheus");
        }
    }

    private static RangeReading Read(JsonElement root)
    {
        if (VectorReader.Refusal(root) is { } refusal)
        {
            return RangeReading.Failed(refusal);
        }

        var data = root.GetProperty("data");
        if (data.GetProperty("resultType").GetString() is var type && type != "matrix")
        {
            return RangeReading.Failed($"the query gives a {type}, not a matrix");
        }

        var result = data.GetProperty("result");
        if (result.GetArrayLength() is var length && length > VectorReader.MostPoints)
        {
            return RangeReading.Failed($"the query gives {length} series; at most {VectorReader.MostPoints} are taken. Narrow it down");
        }

        var all = ImmutableArray.CreateBuilder<RangeSeries>(length);
        foreach (var element in result.EnumerateArray())
        {
            if (!element.TryGetProperty("values", out var values))
            {
                return RangeReading.Failed("the query gives native histograms, which are not supported; query classic buckets");
            }

            var at = ImmutableArray.CreateBuilder<long>(values.GetArrayLength());
            var numbers = ImmutableArray.CreateBuilder<double>(values.GetArrayLength());
            foreach (var pair in values.EnumerateArray())
            {
                if (!VectorReader.TryNumber(pair[1].GetString()!, out var number))
                {
                    return RangeReading.Failed($"the value is {pair[1].GetString()}, which is not a measurement");
                }

                at.Add((long)Math.Round(pair[0].GetDouble() * 1000));
                numbers.Add(number);
            }

            all.Add(new RangeSeries(VectorReader.Point(element.GetProperty("metric")), at.ToImmutable(), numbers.ToImmutable()));
        }

        return new RangeReading(Distinct(all.ToImmutable(), result), null);
    }

    /// <summary>The series, with their names where only these distinguish them.</summary>
    private static ImmutableArray<RangeSeries> Distinct(ImmutableArray<RangeSeries> series, JsonElement result) =>
        series.Select(one => (one.Labels.Labels, one.Labels.Bound)).Distinct().Count() == series.Length
            ? series
            : [.. series.Zip(result.EnumerateArray(), (one, element) =>
                one with { Labels = VectorReader.Named(one.Labels, element.GetProperty("metric")) })];
}
