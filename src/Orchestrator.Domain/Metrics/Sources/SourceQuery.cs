using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans.Sources;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>A query ready to be sent.</summary>
/// <param name="Series">The series of its answer.</param>
/// <param name="Audience">Audience of its answer.</param>
/// <param name="Text">PromQL; for JSON the whole query without its window. Two queries of a source differ by it.</param>
public sealed record SourceQuery(SourceSeries Series, SeriesAudience Audience, string Text)
{
    /// <summary>PromQL for the times of the scrapes. On lines of its own, so that a comment at its end hides none of ours.</summary>
    public string Times => $"timestamp(\n{Text}\n)";

    /// <summary>PromQL for the start times of the processes behind the answer alone: a server may know thousands.</summary>
    public string Starts => $"{ProcessStarts.Series} and on (job, instance) (\n{Text}\n)";

    /// <summary>
    /// Every query of a source at the current step of a rollout. Without <c>$traffic</c> the new variant's numbers are of the traffic that
    /// the phase judges: in a shadow phase it serves nothing else. <c>$segment</c> gives a query for each segment of the plan and for users
    /// of none. Selectors give a query for each variant that has one.
    /// </summary>
    public static ImmutableArray<SourceQuery> Of(SignalSource source, SourceScope scope)
    {
        var queries = ImmutableArray.CreateBuilder<SourceQuery>();
        foreach (var series in source.Series)
        {
            string?[] segments = Uses(source, series, SourceVariables.Segment) ? [null, .. scope.Segments] : [null];
            foreach (var audience in from variant in Variants(series)
                                     from traffic in Traffics(source, series, variant, scope)
                                     from segment in segments
                                     select new SeriesAudience(variant, traffic, segment))
            {
                queries.Add(new SourceQuery(series, audience, Filled(source, series, audience, scope)));
            }
        }

        return queries.ToImmutable();
    }

    private static IEnumerable<Variant> Variants(SourceSeries series)
    {
        Variant[] asked = series.Variant is { } only ? [only] : [Variant.Legacy, Variant.New];
        return asked.Where(variant => series.Selectors is null || series.Selectors.Of(variant) is not null);
    }

    private static Traffic[] Traffics(SignalSource source, SourceSeries series, Variant variant, SourceScope scope) =>
        (variant, scope.Traffic) switch
        {
            (Variant.New, Traffic.Shadow) when Uses(source, series, SourceVariables.Traffic) => [Traffic.Live, Traffic.Shadow],
            (Variant.New, var traffic) => [traffic],
            _ => [Traffic.Live],
        };

    private static string Filled(SignalSource source, SourceSeries series, SeriesAudience audience, SourceScope scope)
    {
        if (source.Kind == SourceKind.Json)
        {
            var question = JsonQuestion.Of(source, series, audience, scope, null);
            return $"{question.Url}\n{question.Body}\n{question.Path}";
        }

        var words = SourceVariables.Of(audience, scope.Rollout, scope.Environment);
        return words.With(SourceVariables.Selector, series.Selectors?.Of(audience.Variant) is { } selector ? words.Fill(selector) : null)
            .Fill(series.Query);
    }

    private static bool Uses(SignalSource source, SourceSeries series, string variable) =>
        source.Texts(series).Any(text => text.Contains(variable, StringComparison.Ordinal));
}
