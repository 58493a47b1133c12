using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>Requests that services report by variant in the newest minutes. Display only: nothing is decided by it.</summary>
/// <param name="New">Requests on new; null when no sample reports any.</param>
/// <param name="Legacy">Requests on legacy; null when no sample reports any.</param>
/// <param name="Window">Span of the count.</param>
/// <param name="Last">Time of the newest sample; null without one.</param>
public sealed record ReportedRequests(double? New, double? Legacy, TimeSpan Window, DateTimeOffset? Last)
{
    /// <summary>Shortest span: a minute, as nodes count their answers.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    /// <summary>Samples of a span that the count rests on.</summary>
    private const int Samples = 4;

    /// <summary>Queries to the windows.</summary>
    public static MetricQuery[] Ask(RolloutState state)
    {
        var window = Samples * state.Judgement.Sampling;
        window = window > Least ? window : Least;
        return [.. ((Variant[])[Variant.New, Variant.Legacy]).Select(
            variant => new MetricQuery(variant.ToString(), KnownSeries.Requests, variant, Traffic.Live, null, window, null))];
    }

    /// <summary>The answers; null when the windows gave none.</summary>
    public static ReportedRequests? Of(MetricReading[] readings)
    {
        var (fresh, legacy) = (Find(readings, Variant.New), Find(readings, Variant.Legacy));
        return fresh is null || legacy is null ? null : new ReportedRequests(
            Sum(fresh), Sum(legacy), fresh.Window, fresh.Last > legacy.Last || legacy.Last is null ? fresh.Last : legacy.Last);
    }

    private static Measurement? Find(MetricReading[] readings, Variant variant) =>
        Array.Find(readings, reading => reading.Question == variant.ToString())?.Measured;

    private static double? Sum(Measurement measured) => measured.Samples > 0 ? measured.Value : null;
}
