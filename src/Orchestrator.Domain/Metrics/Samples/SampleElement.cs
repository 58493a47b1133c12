using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Metrics.Samples;

/// <summary>One sample as JSON. The first rule it breaks rejects it.</summary>
internal sealed class SampleElement(JsonElement element, int index, KnownTexts texts)
{
    private const int MostSeries = 200;

    /// <summary>Most series whose names are compared one by one.</summary>
    private const int Few = 8;

    private const int LongestName = 128;
    private const long MostGrowth = 1_000_000_000_000_000;

    /// <summary>Digits of which every whole number is a double.</summary>
    private const int MostExactDigits = 15;

    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    private static readonly SearchValues<char> OfKeys = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>White space of JSON.</summary>
    private static ReadOnlySpan<byte> Spaces => " \t\r\n"u8;

    private static readonly Named<Variant> Variants = new();
    private static readonly Named<Traffic> Traffics = new();

    /// <summary>Factors to stored units; null without any.</summary>
    private Dictionary<string, double>? factors;

    /// <summary>Values of distributions, as they were sent.</summary>
    public int ValueCount { get; private set; }

    /// <summary>Made for errors only: a body has thousands of samples.</summary>
    private string Path => $"samples[{index}]";

    public Sample Read(DateTimeOffset now)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Reject(Path, $"A sample is an object, not {Shown(element)}.");
        }

        JsonElement units = default, counters = default, gauges = default, values = default, histograms = default, unmeasured = default;
        string? id = null, segment = null, variant = null, traffic = null;
        var at = now;
        foreach (var property in element.EnumerateObject())
        {
            var value = property.Value;
            switch (Name(property))
            {
                case "id": id = Text(property, 200); break;
                case "at": at = value.ValueKind == JsonValueKind.Null ? now : Time(value); break;
                case "variant": variant = Text(property, 20); break;
                case "traffic": traffic = Text(property, 20); break;
                case "segment": segment = Segments(Text(property, Sample.LongestSegments)); break;
                case "units": units = value; break;
                case "counters": counters = value; break;
                case "gauges": gauges = value; break;
                case "values": values = value; break;
                case "histograms": histograms = value; break;
                case "unmeasured": unmeasured = value; break;
                default:
                    throw Reject($"{Path}.{property.Name}", "A sample has id, at, variant, segment, traffic, units, counters, gauges, values, histograms, unmeasured.");
            }
        }

        foreach (var unit in Series(units, "units"))
        {
            factors ??= [];
            factors[unit.Name] = unit.Value.ValueKind == JsonValueKind.String && SampleUnits.Factor(unit.Value.GetString()!) is { } factor
                ? factor
                : throw Reject($"{Path}.units.{unit.Name}", $"{Shown(unit.Value)} is not a unit; known are {SampleUnits.Names}.");
        }

        return new Sample(
            index,
            id,
            at,
            Of(Variants, "variant", variant ?? throw Reject($"{Path}.variant", "A sample must say its variant: legacy or new.")),
            traffic is null ? Traffic.Live : Of(Traffics, "traffic", traffic),
            segment,
            Each(Series(counters, "counters"), Counter),
            Each(Series(gauges, "gauges"), Gauge),
            [.. Each(Series(values, "values"), Values), .. Each(Series(histograms, "histograms"), Histogram)],
            Unmeasured(unmeasured));
    }

    private string Name(JsonProperty property)
    {
        var written = JsonMarshal.GetRawUtf8PropertyName(property);
        return written.Contains((byte)'\\') ? property.Name : texts.Of(written) ?? property.Name;
    }

    private static ImmutableArray<T> Each<T>(List<(string Name, JsonElement Value)> series, Func<(string Name, JsonElement Value), T> read)
    {
        if (series.Count == 0)
        {
            return [];
        }

        var all = ImmutableArray.CreateBuilder<T>(series.Count);
        foreach (var one in series)
        {
            all.Add(read(one));
        }

        return all.MoveToImmutable();
    }

    private ImmutableArray<string> Unmeasured(JsonElement given)
    {
        var at = $"{Path}.unmeasured";
        if (given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return [];
        }

        if (given.ValueKind != JsonValueKind.Array || given.GetArrayLength() > MostSeries)
        {
            throw Reject(at, $"{Shown(given)} is not a list of at most {MostSeries} names of counters.");
        }

        return [.. given.EnumerateArray()
            .Select((name, i) => name.ValueKind == JsonValueKind.String && name.GetString() is { Length: > 0 and <= LongestName } text
            ? text
            : throw Reject($"{at}[{i}]", $"{Shown(name)} is not a name of 1 to {LongestName} characters."))];
    }

    private SampleCounter Counter((string Name, JsonElement Value) series)
    {
        var growth = Number(series, "counters");
        return growth switch
        {
            < 0 => throw Reject(At(), $"{Shown(series.Value)} is negative; a counter says how much it grew, 0 or more."),
            > MostGrowth => throw Reject(At(), $"{Shown(series.Value)} is above {MostGrowth}."),
            _ when growth != Math.Truncate(growth) => throw Reject(At(), $"{Shown(series.Value)} is not whole; a counter counts."),
            _ => new SampleCounter(series.Name, (long)growth),
        };

        string At() => $"{Path}.counters.{series.Name}";
    }

    private SampleGauge Gauge((string Name, JsonElement Value) series) => new(series.Name, Number(series, "gauges"));

    private SampleDistribution Values((string Name, JsonElement Value) series)
    {
        var at = $"{Path}.values.{series.Name}";
        var count = List(series.Value, at).GetArrayLength();
        ValueCount += count;
        var observed = ImmutableArray.CreateBuilder<Observed>(count);
        var factor = Factor(series.Name);
        if (!TryNumbers(JsonMarshal.GetRawUtf8Value(series.Value), factor, observed))
        {
            observed.Clear();
            foreach (var value in series.Value.EnumerateArray())
            {
                observed.Add(new Observed(Finite(value, factor) ?? throw NoNumber(value, $"{at}[{observed.Count}]"), 1));
            }
        }

        return new SampleDistribution(series.Name, observed.DrainToImmutable());
    }

    /// <summary>
    /// The numbers of a list, read from its text: a body may hold hundreds of thousands, and an element for each costs several times the
    /// number. Equal neighbours become one value with their count. False when one is no number that can be stored.
    /// </summary>
    /// <param name="list">A list of JSON that was parsed before.</param>
    /// <param name="factor">Factor to the stored unit.</param>
    /// <param name="into">Takes them, in order.</param>
    [MethodImpl(Distribution.AtOnce)]
    private static bool TryNumbers(ReadOnlySpan<byte> list, double? factor, ImmutableArray<Observed>.Builder into)
    {
        for (var rest = list[1..].TrimStart(Spaces); rest[0] != (byte)']';)
        {
            if (!TryDecimal(rest, out var number, out var length) && !Utf8Parser.TryParse(rest, out number, out length))
            {
                return false;
            }

            number = factor is { } unit ? SampleUnits.Convert(number, unit) : number;
            if (!double.IsFinite(number))
            {
                return false;
            }

            if (into.Count > 0 && into[^1].Value.Equals(number))
            {
                into[^1] = new Observed(number, into[^1].Count + 1);
            }
            else
            {
                into.Add(new Observed(number, 1));
            }

            rest = rest[length..].TrimStart(Spaces);
            rest = rest[0] == (byte)',' ? rest[1..].TrimStart(Spaces) : rest;
        }

        return true;
    }

    /// <summary>
    /// A number of at most 15 digits without an exponent, as almost all are: digits and power of ten are exact, so one division rounds as
    /// IEEE 754 does (W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990). Several times faster than the general way.
    /// </summary>
    [MethodImpl(Distribution.AtOnce)]
    private static bool TryDecimal(ReadOnlySpan<byte> text, out double number, out int length)
    {
        var (digits, whole, point, at) = (0L, 0, -1, text[0] == (byte)'-' ? 1 : 0);
        for (; at < text.Length; at++)
        {
            var digit = text[at] - '0';
            if (digit is >= 0 and <= 9)
            {
                digits = (digits * 10) + digit;
                if (++whole > MostExactDigits)
                {
                    break;
                }
            }
            else if (text[at] == (byte)'.' && point < 0)
            {
                point = whole;
            }
            else
            {
                break;
            }
        }

        length = at;
        number = point < 0 ? digits : digits / Powers[Math.Min(whole - point, MostExactDigits)];
        number = text[0] == (byte)'-' ? -number : number;
        return whole is > 0 and <= MostExactDigits && at < text.Length && text[at] is not ((byte)'e' or (byte)'E');
    }

    private SampleDistribution Histogram((string Name, JsonElement Value) series)
    {
        var at = $"{Path}.histograms.{series.Name}";
        if (series.Value.ValueKind != JsonValueKind.Object
            || !series.Value.TryGetProperty("bounds", out var boundsList) || !series.Value.TryGetProperty("counts", out var countsList))
        {
            throw Reject(at, "A histogram is { bounds: [...], counts: [...] }.");
        }

        var factor = Factor(series.Name);
        var bounds = List(boundsList, $"{at}.bounds").EnumerateArray().Select((value, i) => Finite(value, factor) ?? throw NoNumber(value, $"{at}.bounds[{i}]"))
            .ToArray();
        var counts = List(countsList, $"{at}.counts").EnumerateArray().Select((value, i) => BucketCount(value) ?? throw NoCount(value, $"{at}.counts[{i}]")).ToArray();
        if (bounds.Length == 0 || counts.Length != bounds.Length + 1)
        {
            throw Reject(at, $"There are {bounds.Length} bounds and {counts.Length} counts; there must be at least one bound and one count more than bounds, the last for values above the last bound.");
        }

        for (var i = 1; i < bounds.Length; i++)
        {
            if (bounds[i] <= bounds[i - 1])
            {
                throw Reject($"{at}.bounds[{i}]", $"{Shown(bounds[i])} is not above {Shown(bounds[i - 1])}; bounds must rise.");
            }
        }

        // A bucket counts as its upper bound, the one without as the next distinguishable value above the last bound: never better than the
        // measurement.
        var observed = counts.Select((count, i) => new Observed(i < bounds.Length ? bounds[i] : Distribution.Above(bounds[^1]), count));
        return new SampleDistribution(series.Name, [.. observed.Where(value => value.Count > 0)]);
    }

    private static long? BucketCount(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count is >= 0 and <= MostGrowth ? count : null;

    private static Rejection NoCount(JsonElement value, string at) => Reject(at, $"{Shown(value)} is not a count: a whole number from 0 to {MostGrowth}.");

    private double Number((string Name, JsonElement Value) series, string section) =>
        Finite(series.Value, Factor(series.Name)) ?? throw NoNumber(series.Value, $"{Path}.{section}.{series.Name}");

    private double? Factor(string series) => factors is { } all && all.TryGetValue(series, out var factor) ? factor : null;

    /// <summary>The number in the stored unit; null when it is no number, or out of range.</summary>
    private static double? Finite(JsonElement value, double? factor)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            return null;
        }

        var number = factor is { } unit ? SampleUnits.Convert(value.GetDouble(), unit) : value.GetDouble();
        return double.IsFinite(number) ? number : null;
    }

    private static Rejection NoNumber(JsonElement value, string at) =>
        Reject(at, value.ValueKind == JsonValueKind.Number ? $"{Shown(value)} is out of range." : $"{Shown(value)} is not a number.");

    private DateTimeOffset Time(JsonElement value)
    {
        // Without an offset the machine's own zone would decide.
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        var zoned = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        return zoned && value.TryGetDateTimeOffset(out var at) && at.Year is >= 1971 and < 9999
            ? at.ToUniversalTime()
            : throw Reject($"{Path}.at", $"{Shown(value)} is not an RFC 3339 instant such as 2026-01-31T14:03:00Z.");
    }

    private string? Text(JsonProperty property, int longest) => property.Value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String when property.Value.GetString() is { Length: > 0 } text && text.Length <= longest => text,
        _ => throw Reject($"{Path}.{property.Name}", $"{Shown(property.Value)} is not a text of 1 to {longest} characters."),
    };

    private string? Segments(string? names)
    {
        if (names is null)
        {
            return null;
        }

        // Without a text for each key: a body may name more than a hundred thousand.
        var count = names.AsSpan().Count(Sample.Between) + 1;
        if (count > Sample.MostSegments)
        {
            throw Reject($"{Path}.segment", $"The sample names {count} segments; it may name {Sample.MostSegments}.");
        }

        Span<Range> keys = stackalloc Range[Sample.MostSegments];
        count = names.AsSpan().Split(keys, Sample.Between);
        for (var i = 0; i < count; i++)
        {
            var key = names.AsSpan(keys[i]);
            if (key.Length is 0 or > 63 || !char.IsAsciiLetterOrDigit(key[0]) || key.ContainsAnyExcept(OfKeys))
            {
                throw Reject($"{Path}.segment", $"\"{key}\" is not the key of a segment: 1 to 63 lower-case letters, digits and hyphens; several keys are joined by commas.");
            }
        }

        for (var i = 1; i < count; i++)
        {
            for (var k = 0; k < i; k++)
            {
                if (names.AsSpan(keys[i]).SequenceEqual(names.AsSpan(keys[k])))
                {
                    throw Reject($"{Path}.segment", $"\"{names}\" names a segment twice, which would count it twice.");
                }
            }
        }

        return names;
    }

    private T Of<T>(Named<T> names, string field, string name)
        where T : struct, Enum => names.Find(name) ?? throw Reject($"{Path}.{field}", $"\"{name}\" is not a {field}; it is {names}.");

    private List<(string Name, JsonElement Value)> Series(JsonElement section, string name)
    {
        if (section.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return [];
        }

        if (section.ValueKind != JsonValueKind.Object)
        {
            throw Reject($"{Path}.{name}", $"{Shown(section)} is not an object of series.");
        }

        var count = section.GetPropertyCount();
        if (count > MostSeries)
        {
            throw Reject($"{Path}.{name}", $"There are {count} series; a sample may carry {MostSeries}.");
        }

        var series = new List<(string Name, JsonElement Value)>(count);
        var names = count > Few ? new HashSet<string>(count) : null;
        foreach (var property in section.EnumerateObject())
        {
            var (one, value) = (Name(property), property.Value);
            if (one.Length is 0 or > LongestName)
            {
                throw Reject($"{Path}.{name}", $"A series has a name of 1 to {LongestName} characters.");
            }

            if (names is not null ? !names.Add(one) : series.Exists(known => known.Name == one))
            {
                throw Reject($"{Path}.{name}.{one}", "The series is given twice.");
            }

            series.Add((one, value));
        }

        return series;
    }

    private static JsonElement List(JsonElement value, string at) =>
        value.ValueKind == JsonValueKind.Array ? value : throw Reject(at, $"{Shown(value)} is not a list of numbers.");

    private static string Shown(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Shown(JsonElement value)
    {
        var raw = value.GetRawText();
        return raw.Length <= 40 ? raw : raw[..40] + "…";
    }

    private static Rejection Reject(string at, string message) => new(new InputError(at, message));

    /// <summary>Values of an enumeration by their names in lower case.</summary>
    private sealed class Named<T>
        where T : struct, Enum
    {
        private readonly (string Name, T Value)[] all =
            [.. Enum.GetValues<T>().Select(value => (value.ToString().ToLowerInvariant(), value))];

        public T? Find(string name)
        {
            foreach (var (known, value) in all)
            {
                if (known == name)
                {
                    return value;
                }
            }

            return null;
        }

        public override string ToString() => string.Join(" or ", all.Select(one => one.Name));
    }

    /// <summary>Reason why a sample cannot be read; never leaves the reader.</summary>
    internal sealed class Rejection(InputError error) : Exception(error.Message)
    {
        public InputError Error { get; } = error;
    }
}
