using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>One element of an instant vector.</summary>
/// <param name="Labels">All labels but <c>le</c> and the name, in order: one counter, whatever its name. With the name where the answer has
/// two that differ by name only.</param>
/// <param name="Target">Job and instance: the process it comes from; the same for all where the labels were aggregated away.</param>
/// <param name="Le">Upper bound of a bucket; null where there is none.</param>
/// <param name="Value">NaN or infinite when its target gave no number.</param>
/// <param name="Bound">The bound as written: 1 and 1.0 are two counters with one bound.</param>
public readonly record struct VectorPoint(string Labels, string Target, double? Le, double Value, string? Bound = null)
{
    /// <summary>False without an instance: a sum over processes, a change of which may come from any of them.</summary>
    public bool IsOfProcess => !Target.EndsWith('\n');
}

/// <summary>An answer, or the sentence with its error.</summary>
/// <param name="At">Prometheus' own time of the evaluation, in Unix milliseconds.</param>
/// <param name="Points">The elements.</param>
/// <param name="Error">Null when the answer could be used.</param>
public sealed record VectorReading(long At, ImmutableArray<VectorPoint> Points, string? Error)
{
    /// <summary>An answer that cannot be used.</summary>
    public static VectorReading Failed(string error) => new(0, [], error);

    /// <summary>Times for values that have none but that of the evaluation.</summary>
    public static VectorReading Untimed(VectorReading values) =>
        values with { Points = [.. values.Points.Select(point => point with { Value = values.At / 1000.0 })] };
}

/// <summary>Reads an answer of Prometheus' <c>/api/v1/query</c> to an instant query.</summary>
public static class VectorReader
{
    /// <summary>The most elements of one answer.</summary>
    public const int MostPoints = 2000;

    private const int LongestQuote = 200;

    /// <summary>
    /// Reads it; anything unexpected is an error, never a number. NaN and infinities are kept: their target gave no number.
    /// </summary>
    public static VectorReading Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 16 });
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return VectorReading.Failed("the answer is not JSON");
        }
        catch (Exception odd) when (odd is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return VectorReading.Failed("the answer is JSON, but not a response of Prometheus");
        }
    }

    private static VectorReading Read(JsonElement root)
    {
        if (Refusal(root) is { } refusal)
        {
            return VectorReading.Failed(refusal);
        }

        var data = root.GetProperty("data");
        if (data.GetProperty("resultType").GetString() is var type && type != "vector")
        {
            return VectorReading.Failed($"the query gives a {type}, not an instant vector");
        }

        var result = data.GetProperty("result");
        if (result.GetArrayLength() is var length && length > MostPoints)
        {
            return VectorReading.Failed($"the query gives {length} series; at most {MostPoints} are taken. Narrow it down");
        }

        long at = 0;
        var points = ImmutableArray.CreateBuilder<VectorPoint>(length);
        foreach (var element in result.EnumerateArray())
        {
            if (!element.TryGetProperty("value", out var value))
            {
                return VectorReading.Failed("the query gives native histograms, which are not supported; query classic buckets");
            }

            at = (long)Math.Round(value[0].GetDouble() * 1000);
            var point = Point(element.GetProperty("metric"));
            if (!TryNumber(value[1].GetString()!, out var number))
            {
                return VectorReading.Failed($"the value is {value[1].GetString()}{(point.Labels.Length == 0 ? "" : " at {" + point.Labels + "}")}, which is not a measurement");
            }

            points.Add(point with { Value = number });
        }

        return new VectorReading(at, Distinct(points.ToImmutable(), result), null);
    }

    /// <summary>The points, with their names where only these distinguish them.</summary>
    private static ImmutableArray<VectorPoint> Distinct(ImmutableArray<VectorPoint> points, JsonElement result) =>
        points.Select(point => (point.Labels, point.Bound)).Distinct().Count() == points.Length
            ? points
            : [.. points.Zip(result.EnumerateArray(), (point, element) => Named(point, element.GetProperty("metric")))];

    /// <summary>The sentence of an answer that is an error; null for one with data.</summary>
    internal static string? Refusal(JsonElement root)
    {
        if (root.GetProperty("status").GetString() == "success")
        {
            return null;
        }

        var message = root.TryGetProperty("error", out var error) ? error.GetString() ?? "" : "no reason given";
        return "Prometheus refuses the query: " + (message.Length <= LongestQuote ? message : message[..LongestQuote]);
    }

    /// <summary>The element with its name among the labels.</summary>
    internal static VectorPoint Named(VectorPoint point, JsonElement metric) =>
        point with { Labels = $"__name__=\"{(metric.TryGetProperty("__name__", out var name) ? name.GetString() : "")}\",{point.Labels}" };

    /// <summary>An element without a value.</summary>
    internal static VectorPoint Point(JsonElement metric)
    {
        double? le = null;
        string? spelled = null;
        string job = "", instance = "";
        var labels = new List<string>();
        foreach (var label in metric.EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal))
        {
            var text = label.Value.GetString()!;
            switch (label.Name)
            {
                case "__name__":
                    continue;
                case "le":
                    le = TryNumber(text, out var bound) && bound > double.NegativeInfinity ? bound : throw new FormatException("A bound is a number.");
                    spelled = text;
                    continue;
                case "job":
                    job = text;
                    break;
                case "instance":
                    instance = text;
                    break;
            }

            labels.Add($"{label.Name}=\"{text}\"");
        }

        return new VectorPoint(string.Join(',', labels), $"{job}\n{instance}", le, double.NaN, spelled);
    }

    /// <summary>Reads a number as Prometheus writes it, with NaN and infinities.</summary>
    internal static bool TryNumber(string text, out double number)
    {
        number = text switch { "+Inf" or "Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, "NaN" => double.NaN, _ => 0 };
        return number != 0 || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }
}
