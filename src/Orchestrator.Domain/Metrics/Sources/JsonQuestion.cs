using System.Text.Json;
using Orchestrator.Domain.Plans.Sources;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>A query to a JSON source with a value for every variable.</summary>
/// <param name="Url">Absolute; filled values are percent-encoded.</param>
/// <param name="Body">JSON to post; null for a GET. Filled values are written as JSON writes them within a text.</param>
/// <param name="Path">JSONPath of the number.</param>
/// <param name="TimePath">JSONPath of its time; null where there is none.</param>
public sealed record JsonQuestion(string Url, string? Body, string Path, string? TimePath)
{
    /// <summary>The query of a series.</summary>
    /// <param name="source">The source.</param>
    /// <param name="series">One of its series.</param>
    /// <param name="audience">Audience of the numbers.</param>
    /// <param name="scope">The rollout.</param>
    /// <param name="window">Window of the query; null leaves its variables unchanged.</param>
    public static JsonQuestion Of(
        SignalSource source, SourceSeries series, SeriesAudience audience, SourceScope scope, SourceWindow? window)
    {
        var words = SourceVariables.Of(audience, scope.Rollout, scope.Environment, window);
        var path = words.Fill(series.Query);
        var time = series.TimePath is { } at ? words.Fill(at) : null;
        if (series.Selectors?.Of(audience.Variant) is { } selector)
        {
            words = words.With(SourceVariables.Selector, words.FillEscaped(selector));
        }

        if (series.Ask is { } ask)
        {
            words = words.With(SourceVariables.Query, words.FillEscaped(ask));
        }

        return new JsonQuestion(words.FillEscaped(source.Url, Uri.EscapeDataString),
            source.Body is { } body ? words.FillEscaped(body, Escaped) : null, path, time);
    }

    private static string Escaped(string value) => JsonEncodedText.Encode(value).ToString();
}
