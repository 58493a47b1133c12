using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans.Rules;

/// <summary>Reads <c>metrics</c>: their computation, unit, target and alert.</summary>
internal static class MetricReader
{
    private const int LongestSeries = 128;

    private static readonly string[] Sources = ["ratio", "quantile", "gauge", "rate", "count"];

    public static ImmutableArray<Metric> Read(Field? field, PlanScope scope)
    {
        var metrics = ImmutableArray.CreateBuilder<Metric>();
        foreach (var (name, value) in field?.Named("metrics") ?? [])
        {
            if (!value.CheckName(name))
            {
                continue;
            }

            if (ConditionParser.Reserved.Contains(name) || PlanVocabulary.BuiltInMetrics.Contains(name))
            {
                value.Error($"'{name}' is a word of the condition language or a built-in metric; give the metric another name");
                continue;
            }

            if (ConditionParser.Joints.Contains(name))
            {
                value.YoungerError($"'{name}' joins conditions; give the metric another name");
            }

            var metric = value.Mapping(PlanKeys.Metric) is { } mapping ? Read(name, mapping) : null;
            scope.Add(name, metric);
            if (metric is not null)
            {
                metrics.Add(metric);
            }
        }

        return metrics.ToImmutable();
    }

    private static Metric? Read(string name, MappingReader mapping)
    {
        var title = mapping["title"]?.Text();
        var tier = mapping["tier"]?.OneOf("tier", "primary", "secondary", "business");
        var minSamples = mapping["minSamples"]?.Whole(0);
        if (Source(mapping) is not { } source)
        {
            return null;
        }

        var baseline = mapping["baseline"] is { } b ? ReadBaseline(b) : null;
        var unit = ReadUnit(mapping, source, baseline);
        if (baseline is Baseline.Fixed given)
        {
            baseline = RuleReader.Fit(mapping["baseline"]!, name, unit, source, given.Quantity) is { } fits ? new Baseline.Fixed(fits) : null;
        }

        // A baseline with an error has its own message; conditions on it need no second one.
        baseline ??= mapping["baseline"] is null ? null : new Baseline.Legacy();
        var metric = new Metric(name, source, unit, title, tier, baseline, MinSamples: minSamples);
        return metric with
        {
            Target = mapping["target"] is { } target ? RuleReader.Partial(target, metric) : null,
            Alert = mapping["alert"] is { } alert ? RuleReader.Partial(alert, metric) : null,
        };
    }

    private static MetricSource? Source(MappingReader mapping)
    {
        string[] given = [.. Sources.Where(s => mapping[s] is not null)];
        if (given.Length != 1)
        {
            mapping.Field.Error(
                $"a metric needs exactly one of {string.Join(", ", Sources)}, but has {(given.Length == 0 ? "none" : string.Join(" and ", given))}");
            return null;
        }

        foreach (var (key, of) in ((string, string)[])[("of", "quantile"), ("fold", "gauge")])
        {
            if (given[0] != of && mapping[key] is { } stray)
            {
                stray.Error($"'{key}' belongs to a {of}, and this is a {given[0]}");
            }
        }

        var field = mapping[given[0]]!;
        switch (given[0])
        {
            case "ratio":
                return Ratio(field);
            case "quantile":
                var rank = field.Fraction(zero: false, one: false);
                var of = mapping.Require("of") is { } o ? Series(o) : null;
                return rank is { } r && of is not null ? new MetricSource.Quantile(r, of) : null;
            case "gauge":
                var fold = mapping["fold"]?.OneOf("fold", "max", "min", "mean", "last") switch
                {
                    "min" => GaugeFold.Min,
                    "mean" => GaugeFold.Mean,
                    "last" => GaugeFold.Last,
                    _ => GaugeFold.Max,
                };
                return Series(field) is { } gauge ? new MetricSource.Gauge(gauge, fold) : null;
            case "rate":
                return Series(field) is { } rate ? new MetricSource.Rate(rate) : null;
            default:
                return Series(field) is { } count ? new MetricSource.Count(count) : null;
        }
    }

    private static MetricSource.Ratio? Ratio(Field field)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        string[] parts = [.. text.Split('/').Select(p => p.Trim())];
        if (parts.Length == 2 && parts.All(IsSeries))
        {
            return new MetricSource.Ratio(parts[0], parts[1]);
        }

        field.Error($"must be two series as in 'errors / requests', but is {field.Shown}");
        return null;
    }

    /// <summary>True when the name is a valid name of a raw series.</summary>
    public static bool IsSeries(string name) =>
        name is [not (>= '0' and <= '9'), ..]
        && NameForm.Fits(name, LongestSeries, static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_', ".:-");

    private static string? Series(Field field)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        if (IsSeries(text))
        {
            return text;
        }

        field.Error($"must be the name of a series (letters, digits, _ . : and -), but is {field.Shown}");
        return null;
    }

    private static Baseline? ReadBaseline(Field field)
    {
        var text = field.Node is Node.Scalar { Type: ScalarType.Number } number ? number.Text : field.Text();
        if (text is null)
        {
            return null;
        }

        if (text == "legacy")
        {
            return new Baseline.Legacy();
        }

        if (text.StartsWith("trailing ", StringComparison.Ordinal) && Durations.TryParse(text.AsSpan()["trailing ".Length..].Trim(), out var span)
            && span > TimeSpan.Zero)
        {
            return new Baseline.Trailing(span);
        }

        if (ConditionParser.TryParseQuantity(text, out var quantity, out _))
        {
            return new Baseline.Fixed(quantity);
        }

        field.Error($"must be a number with a unit such as 150ms, 'legacy' or 'trailing 7d', but is {field.Shown}");
        return null;
    }

    private static Unit ReadUnit(MappingReader mapping, MetricSource source, Baseline? baseline)
    {
        Unit? said = mapping["unit"]?.OneOf("unit", "number", "ratio", "time", "size", "rate") switch
        {
            "number" => Unit.Number,
            "ratio" => Unit.Ratio,
            "time" => Unit.Time,
            "size" => Unit.Size,
            "rate" => Unit.Rate,
            _ => null,
        };
        Unit? always = source switch
        {
            MetricSource.Ratio => Unit.Ratio,
            MetricSource.Rate => Unit.Rate,
            MetricSource.Count => Unit.Number,
            _ => null,
        };
        if (said is { } word && always is { } own && word != own)
        {
            mapping["unit"]!.Error($"'unit' is for a quantile or a gauge; this metric always measures {Units.Name(own)}");
        }

        return always ?? said ?? (source is MetricSource.Quantile
            ? Unit.Time
            : Written(baseline) ?? Written(mapping["target"]) ?? Written(mapping["alert"]) ?? Usual(source));
    }

    private static Unit? Written(Baseline? baseline) =>
        baseline is Baseline.Fixed { Quantity.Unit: not Unit.Number and var unit } ? unit : null;

    private static Unit? Written(Field? partial)
    {
        Condition? condition = null;
        _ = partial?.Node is Node.Scalar scalar && ConditionParser.TryParsePartial(scalar.Text, "this", out condition, out _);
        var limit = condition switch { Condition.Comparison c => c.Limit, Condition.Between b => b.Low, _ => null };
        return limit is Limit.Fixed { Quantity.Unit: not Unit.Number and var unit } ? unit : null;
    }

    private static Unit Usual(MetricSource source) => source is MetricSource.Gauge { Series: var series }
        ? series switch { "memory" => Unit.Size, "cpu" => Unit.Ratio, _ => Unit.Number }
        : Unit.Number;
}
