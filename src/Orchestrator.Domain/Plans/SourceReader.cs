using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Sources;

namespace Orchestrator.Domain.Plans;

/// <summary>Reads <c>sources</c>: who is asked for which series, beside what services push.</summary>
internal static partial class SourceReader
{
    private static readonly string[] Shapes = ["counter", "gauge", "histogram"];

    public static ImmutableArray<SignalSource> Read(ImmutableArray<Field> items, PlanScope scope)
    {
        var given = new Dictionary<string, string>();
        return PeopleReader.Listed(items, PlanKeys.Source, "source", (mapping, name) =>
        {
            var kind = mapping.Require("kind")?.OneOf("kind of source", PlanVocabulary.SourceKinds.AsSpan());
            var url = mapping.Require("url") is { } u ? Url(u) : null;
            var every = mapping["every"]?.Duration(positive: true);
            var timeout = mapping["timeout"]?.Duration(positive: true);
            var series = mapping.Require("series") is { } s ? Series(s, name, scope, given) : [];
            return kind is null || url is null || series.IsEmpty ? null : new SignalSource(name, url, every, timeout, series);
        }, f => f.Name());
    }

    private static ImmutableArray<SourceSeries> Series(Field field, string source, PlanScope scope, Dictionary<string, string> given)
    {
        var all = ImmutableArray.CreateBuilder<SourceSeries>();
        foreach (var (name, value) in field.Named("queries"))
        {
            if (!MetricReader.IsSeries(name))
            {
                value.Error($"'{Field.Short(name)}' must be the name of a series (letters, digits, _ . : and -)");
                continue;
            }

            if (!given.TryAdd(name, source))
            {
                // Samples of one series from two senders add up.
                value.Error($"the series '{name}' comes from source '{given[name]}' already and would count twice");
            }

            if (!scope.IsSeries(name) && name != KnownSeries.Requests)
            {
                value.Warn($"no metric of the plan reads '{name}'");
            }

            if (value.Mapping(PlanKeys.SourceSeries) is { } mapping && One(name, mapping) is { } one)
            {
                all.Add(one);
            }
        }

        return all.ToImmutable();
    }

    private static SourceSeries? One(string name, MappingReader mapping)
    {
        string[] shapes = [.. Shapes.Where(s => mapping[s] is not null)];
        if (shapes.Length != 1)
        {
            mapping.Field.Error($"a series needs exactly one of {string.Join(", ", Shapes)}, but has {(shapes.Length == 0 ? "none" : string.Join(" and ", shapes))}");
            return null;
        }

        var shape = shapes[0] switch { "counter" => SourceShape.Counter, "gauge" => SourceShape.Gauge, _ => SourceShape.Histogram };
        var unit = mapping["unit"]?.OneOf("unit", SampleUnits.All.AsSpan());
        var variant = mapping["variant"]?.OneOf("variant", "legacy", "new") switch { "legacy" => Variant.Legacy, "new" => Variant.New, _ => (Variant?)null };
        var empty = mapping["empty"]?.OneOf("meaning of empty", "zero");
        if (shape != SourceShape.Counter && mapping["empty"] is { } stray)
        {
            stray.Error($"'empty' belongs to a counter, and this is a {shapes[0]}");
        }

        var field = mapping[shapes[0]]!;
        if (Query(field, shape) is not { } query)
        {
            return null;
        }

        if (mapping["variant"] is null && !query.Contains("$variant", StringComparison.Ordinal))
        {
            field.Error("must contain $variant, or 'variant' beside it must say whose it is: legacy or new");
        }
        else if (mapping["variant"] is null && !PromqlText.WithoutComments(query).Contains("$variant", StringComparison.Ordinal))
        {
            field.YoungerError("must contain $variant outside of comments, or 'variant' beside it must say whose it is: legacy or new");
        }

        return new SourceSeries(name, shape, query, unit, variant, empty is not null);
    }

    private static string? Query(Field field, SourceShape shape)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        foreach (Match variable in VariableForm().Matches(PromqlText.WithoutComments(text)))
        {
            if (!SourceQuery.Variables.Contains(variable.Value))
            {
                field.Error($"unknown variable '{variable.Value}' (known: {string.Join(", ", SourceQuery.Variables)})");
            }
        }

        if (shape != SourceShape.Gauge && GrowthForm().Match(PromqlText.Calls(text)) is { Success: true } growth)
        {
            field.Error($"must ask for the {(shape == SourceShape.Counter ? "counter" : "buckets")} as it stands, without {growth.Groups[1].Value}(): growth, with restarts, is computed here");
        }
        else if (shape != SourceShape.Gauge && SumForm().IsMatch(PromqlText.Calls(text)))
        {
            field.Warn("a sum falls when an instance leaves, which looks like a restart; ask for the series of each instance, they are added up here");
        }

        return text;
    }

    private static string? Url(Field field)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0)
        {
            return text;
        }

        field.Error($"must be the http or https address of a server, without user, password and query, but is {field.Shown}");
        return null;
    }

    // A dollar before anything but a letter is an end of line in a PromQL pattern.
    [GeneratedRegex(@"\$[A-Za-z_]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex VariableForm();

    [GeneratedRegex(@"\b(rate|irate|increase|delta|idelta)\s*\(", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex GrowthForm();

    [GeneratedRegex(@"\bsum\s*(by\b|without\b|\()", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SumForm();
}
