using System.Text.RegularExpressions;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans.Sources;

/// <summary>Reads one series of a source: its shape, its query, and the variant of its numbers.</summary>
internal static partial class SourceSeriesReader
{
    private static readonly string[] PrometheusShapes = ["counter", "gauge", "histogram"];
    private static readonly string[] JsonShapes = ["counter", "gauge", "count"];
    private static readonly string[] AllShapes = [.. PrometheusShapes.Union(JsonShapes)];

    public static SourceSeries? Read(string name, MappingReader mapping, SourceTexts about)
    {
        if (Shape(mapping, about) is not { } key)
        {
            return null;
        }

        var shape = key switch { "counter" => SourceShape.Counter, "gauge" => SourceShape.Gauge, "count" => SourceShape.Count, _ => SourceShape.Histogram };
        var unit = mapping["unit"]?.OneOf("unit", SampleUnits.All.AsSpan());
        var empty = mapping["empty"]?.OneOf("meaning of empty", "zero");
        if (shape is not (SourceShape.Counter or SourceShape.Count) && mapping["empty"] is { } stray)
        {
            stray.Error($"'empty' belongs to a counter, and this is a {key}");
        }

        var field = mapping[key]!;
        var query = about.Json ? JsonSourceText.Path(field, about.Scope) : PromQl(field, shape);
        var (ask, time) = about.Json ? JsonSourceText.Question(mapping, shape, about) : NoJson(mapping);
        if (query is null)
        {
            return null;
        }

        // A variable in a comment of PromQL selects nothing.
        var texts = $"{(about.Json ? query : PromqlText.WithoutComments(query))}\n{about.Shared}\n{ask}";
        var (variant, selectors) = Whose(mapping, field, texts, about);
        if (shape == SourceShape.Count)
        {
            JsonSourceText.CheckWindow(field, $"{texts}\n{selectors?.New}\n{selectors?.Legacy}");
        }

        return new SourceSeries(name, shape, query, unit, variant, empty is not null) { Selectors = selectors, Ask = ask, TimePath = time };
    }

    private static string? Shape(MappingReader mapping, SourceTexts about)
    {
        var known = about.Json ? JsonShapes : PrometheusShapes;
        string[] shapes = [.. AllShapes.Where(s => mapping[s] is not null)];
        if (shapes.Length != 1)
        {
            mapping.Field.Error($"a series needs exactly one of {string.Join(", ", known)}, but has {(shapes.Length == 0 ? "none" : string.Join(" and ", shapes))}");
            return null;
        }

        if (!known.Contains(shapes[0]))
        {
            mapping[shapes[0]]!.Error($"a source of kind {(about.Json ? SourceReader.Json : SourceReader.Prometheus)} has no {shapes[0]}; it has {string.Join(", ", known)}");
            return null;
        }

        return shapes[0];
    }

    /// <summary>Variants that the texts of a series distinguish, with their selectors.</summary>
    private static (Variant? Variant, VariantSelectors? Selectors) Whose(
        MappingReader mapping, Field query, string texts, SourceTexts about)
    {
        var variant = mapping["variant"]?.OneOf("variant", "legacy", "new") switch { "legacy" => Variant.Legacy, "new" => Variant.New, _ => (Variant?)null };
        var selects = texts.Contains(SourceVariables.Selector, StringComparison.Ordinal);
        var own = mapping["variants"] is { } v ? SelectorReader.Read(v, about.Json) : null;
        if (mapping["variants"] is { } unused && !selects)
        {
            unused.Error("no query of this series uses $selector, so these have no effect");
        }

        if (mapping["variant"] is null && !selects && !texts.Contains("$variant", StringComparison.Ordinal))
        {
            const string Rule = "or 'variant' beside it must name its variant: legacy or new";
            if (!about.Json && query.Text()?.Contains("$variant", StringComparison.Ordinal) == true)
            {
                query.YoungerError($"must contain $variant or $selector outside of comments, {Rule}");
            }
            else
            {
                query.Error($"must contain $variant or $selector, {Rule}");
            }
        }

        if (!selects)
        {
            return (variant, null);
        }

        about.SelectorsUsed |= mapping["variants"] is null;
        var selectors = mapping["variants"] is null ? about.Selectors : own;
        if (mapping["variants"] is null && about.Selectors is null)
        {
            query.Error("uses $selector, but neither the series nor its source gives its values in 'variants'");
        }
        else if (variant is { } only && selectors is not null && selectors.Of(only) is null)
        {
            mapping["variant"]!.Error($"'variants' has no selector for {mapping["variant"]!.Shown}");
        }

        return (variant, selectors);
    }

    private static (string? Ask, string? Time) NoJson(MappingReader mapping)
    {
        foreach (var stray in new[] { "query", "time" }.Where(key => mapping[key] is not null))
        {
            mapping[stray]!.Error($"'{stray}' belongs to a series of a source of kind {SourceReader.Json}");
        }

        return (null, null);
    }

    private static string? PromQl(Field field, SourceShape shape)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        SourceText.CheckVariables(field, PromqlText.WithoutComments(text), [.. SourceVariables.Words, SourceVariables.Selector]);
        if (shape != SourceShape.Gauge && GrowthForm().Match(PromqlText.Calls(text)) is { Success: true } growth)
        {
            field.Error($"must query the raw {(shape == SourceShape.Counter ? "counter" : "buckets")}, without {growth.Groups[1].Value}(): the orchestrator computes growth and handles restarts");
        }
        else if (shape != SourceShape.Gauge && SumForm().IsMatch(PromqlText.Calls(text)))
        {
            field.Warn("a sum falls when an instance leaves, which looks like a restart; query the series of each instance, the orchestrator adds them up");
        }

        return text;
    }

    [GeneratedRegex(@"\b(rate|irate|increase|delta|idelta)\s*\(", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex GrowthForm();

    [GeneratedRegex(@"\bsum\s*(by\b|without\b|\()", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SumForm();
}
