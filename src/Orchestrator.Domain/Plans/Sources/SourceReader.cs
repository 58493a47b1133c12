using System.Collections.Immutable;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans.Sources;

/// <summary>Reads <c>sources</c>: systems that are queried for series, beside what services push.</summary>
internal static class SourceReader
{
    public const string Prometheus = "prometheus";
    public const string Json = "json";

    /// <summary>Keys of a source of one kind only.</summary>
    private static readonly string[] JsonOnly = ["body", "delay"];

    public static ImmutableArray<SignalSource> Read(ImmutableArray<Field> items, PlanScope scope, TimeSpan sampling)
    {
        var given = new Dictionary<string, (string Source, Field Field)>();
        var sources = PeopleReader.Listed(items, PlanKeys.Source, "source", (mapping, name) =>
        {
            var title = mapping["title"]?.Text();
            var kind = mapping.Require("kind")?.OneOf("kind of source", PlanVocabulary.SourceKinds.AsSpan());
            var json = kind == Json;
            var url = mapping.Require("url") is { } u ? json ? JsonSourceText.Url(u) : Url(u) : null;
            var every = mapping["every"]?.Duration(positive: true);
            var timeout = mapping["timeout"]?.Duration(positive: true);
            var credentials = mapping["credentials"]?.Name();
            foreach (var stray in JsonOnly.Where(key => !json && kind is not null && mapping[key] is not null))
            {
                mapping[stray]!.Error($"'{stray}' belongs to a source of kind {Json}, and this one is {kind}");
            }

            var body = json && mapping["body"] is { } b ? JsonSourceText.Body(b) : null;
            var delay = json ? mapping["delay"]?.Duration() ?? TimeSpan.Zero : TimeSpan.Zero;
            if (json && (every ?? sampling / 2) + delay > 4 * sampling)
            {
                // A value older than four periods is stale, and just before the next answer a value is that old.
                (mapping["delay"] ?? mapping["every"])!.Error(
                    $"'every' and 'delay' together must be at most four sampling periods ({Durations.Format(4 * sampling)}; judgement.sampling makes them longer), but are {Durations.Format((every ?? sampling / 2) + delay)}");
            }

            var about = new SourceTexts(json, url ?? "", body, mapping["variants"] is { } v ? SelectorReader.Read(v, json) : null, scope);
            var series = mapping.Require("series") is { } s ? Series(s, name, about, given) : [];
            if (mapping["variants"] is { } unused && about is { Selectors: not null, SelectorsUsed: false } && !series.IsEmpty)
            {
                unused.Error("no series of the source uses $selector with these");
            }

            return kind is null || url is null || series.IsEmpty
                ? null
                : new SignalSource(name, url, every, timeout, series)
                {
                    Kind = json ? SourceKind.Json : SourceKind.Prometheus,
                    Credentials = credentials,
                    Body = body,
                    Delay = delay,
                    Title = title,
                };
        }, f => f.Name());
        foreach (var (metric, ratio) in scope.Ratios)
        {
            if (given.TryGetValue(ratio.Numerator, out var events) && given.TryGetValue(ratio.Denominator, out var all)
                && events.Source != all.Source)
            {
                events.Field.Warn(
                    $"the metric '{metric}' divides it by '{ratio.Denominator}', which comes from source '{all.Source}': two sources are not counted together, so while one is silent, '{ratio.Numerator}' of one time is divided by '{ratio.Denominator}' of another; take both from one source");
            }
        }

        return sources;
    }

    private static ImmutableArray<SourceSeries> Series(
        Field field, string source, SourceTexts about, Dictionary<string, (string Source, Field Field)> given)
    {
        var all = ImmutableArray.CreateBuilder<SourceSeries>();
        foreach (var (name, value) in field.Named("queries"))
        {
            if (!MetricReader.IsSeries(name))
            {
                value.Error($"'{Field.Short(name)}' must be the name of a series (letters, digits, _ . : and -)");
                continue;
            }

            if (!given.TryAdd(name, (source, value)))
            {
                // Samples of one series from two senders add up.
                value.Error($"the series '{name}' already comes from source '{given[name].Source}' and would count twice");
            }

            if (!about.Scope.IsSeries(name) && name != KnownSeries.Requests)
            {
                value.Warn($"no metric of the plan reads '{name}'");
            }

            if (value.Mapping(PlanKeys.SourceSeries) is { } mapping && SourceSeriesReader.Read(name, mapping, about) is { } one)
            {
                all.Add(one);
            }
        }

        // Their order has no meaning, and a canonical document has them by name.
        return [.. all.OrderBy(one => one.Name, StringComparer.Ordinal)];
    }

    private static string? Url(Field field)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            && uri.Query.Length == 0 && uri.Fragment.Length == 0)
        {
            return text;
        }

        field.Error($"must be the http or https address of a server, without user, password and query, but is {field.Shown}");
        return null;
    }
}
