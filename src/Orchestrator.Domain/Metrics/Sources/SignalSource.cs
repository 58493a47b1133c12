using System.Collections.Immutable;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>A Prometheus server (or one that speaks its API) that a plan asks for series, beside what services push.</summary>
/// <param name="Name">Unique in the plan.</param>
/// <param name="Url">Where its API begins; <c>/api/v1/query</c> is appended.</param>
/// <param name="Every">How often it is asked; null for half a sampling period.</param>
/// <param name="Timeout">How long an answer may take, in real time; null for 5 s.</param>
/// <param name="Series">What it is asked for.</param>
public sealed record SignalSource(string Name, string Url, TimeSpan? Every, TimeSpan? Timeout, ImmutableArray<SourceSeries> Series);

/// <summary>A raw series of the plan, and the query whose answer it is.</summary>
/// <param name="Name">The series, as metrics of the plan read it.</param>
/// <param name="Shape">What the query gives.</param>
/// <param name="Query">PromQL with the variables of <see cref="SourceQuery.Variables"/>.</param>
/// <param name="Unit">Unit of its values as samples name units; null for the base unit.</param>
/// <param name="Variant">Whose it is when the query does not tell variants apart; null asks for each.</param>
/// <param name="EmptyIsZero">An empty answer means that a counter did not grow, as long as another counter of the same users was measured.</param>
public sealed record SourceSeries(string Name, SourceShape Shape, string Query, string? Unit = null, Variant? Variant = null, bool EmptyIsZero = false);

/// <summary>What a query gives.</summary>
public enum SourceShape
{
    /// <summary>Counters as they stand, one of each instance and set of labels; growth is computed here.</summary>
    Counter,

    /// <summary>Levels, one of each instance.</summary>
    Gauge,

    /// <summary>Cumulative buckets by <c>le</c>, as they stand.</summary>
    Histogram,
}
