using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>Whose a series is: one sample speaks of one of these.</summary>
/// <param name="Variant">Which variant served.</param>
/// <param name="Traffic">Whether users saw the answers.</param>
/// <param name="Segment">Null for everyone, or for users of no segment.</param>
public readonly record struct Audience(Variant Variant, Traffic Traffic, string? Segment);

/// <summary>A query ready to be asked.</summary>
/// <param name="Series">What its answer is.</param>
/// <param name="Audience">Whose.</param>
/// <param name="Text">PromQL.</param>
public sealed partial record SourceQuery(SourceSeries Series, Audience Audience, string Text)
{
    /// <summary>What stands for something in a query; each is replaced by a word of lower-case letters, digits and hyphens.</summary>
    public static ImmutableArray<string> Variables { get; } = ["$variant", "$traffic", "$segment", "$rollout", "$environment"];

    /// <summary>
    /// Every query of a source for where a rollout stands. Without <c>$traffic</c> the new variant's numbers are of the traffic that the
    /// phase looks at: in a shadow phase it serves nothing else. <c>$segment</c> asks for each segment of the plan and for users of none.
    /// </summary>
    public static ImmutableArray<SourceQuery> Of(SignalSource source, RolloutState state)
    {
        var queries = ImmutableArray.CreateBuilder<SourceQuery>();
        foreach (var series in source.Series)
        {
            var variants = series.Variant is { } only ? [only] : new[] { Variant.Legacy, Variant.New };
            string?[] segments = Uses(series, "$segment") ? [null, .. state.Plan.Segments.Select(segment => segment.Key)] : [null];
            foreach (var audience in from variant in variants from traffic in Traffics(series, variant, state) from segment in segments select new Audience(variant, traffic, segment))
            {
                queries.Add(new SourceQuery(series, audience, Fill(series.Query, audience, state)));
            }
        }

        return queries.ToImmutable();
    }

    private static Traffic[] Traffics(SourceSeries series, Variant variant, RolloutState state) => (variant, RulesInForce.Traffic(state)) switch
    {
        (Variant.New, Traffic.Shadow) when Uses(series, "$traffic") => [Traffic.Live, Traffic.Shadow],
        (Variant.New, var traffic) => [traffic],
        _ => [Traffic.Live],
    };

    private static string Fill(string query, Audience audience, RolloutState state) => Variable().Replace(query, match => match.Value switch
    {
        "$variant" => audience.Variant == Variant.New ? "new" : "legacy",
        "$traffic" => audience.Traffic == Traffic.Shadow ? "shadow" : "live",
        "$segment" => audience.Segment ?? "",
        "$rollout" => state.Id,
        "$environment" => state.Environment,
        var other => other,
    });

    private static bool Uses(SourceSeries series, string variable) => series.Query.Contains(variable, StringComparison.Ordinal);

    [GeneratedRegex(@"\$[a-z]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}
