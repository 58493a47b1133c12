using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;

namespace Orchestrator.Domain.Plans.Sources;

/// <summary>A server that is queried for the series of a plan, beside what services push.</summary>
/// <param name="Name">Unique in the plan.</param>
/// <param name="Url">Prometheus: the base URL of its API; <c>/api/v1/query</c> is appended. JSON: the whole URL, with variables.</param>
/// <param name="Every">Interval of the queries; null for half a sampling period.</param>
/// <param name="Timeout">Longest time of an answer, in real time; null for 5 s.</param>
/// <param name="Series">The queried series.</param>
public sealed record SignalSource(string Name, string Url, TimeSpan? Every, TimeSpan? Timeout, ImmutableArray<SourceSeries> Series)
{
    /// <summary>Display text; null shows the name.</summary>
    public string? Title { get; init; }

    /// <summary>Query language.</summary>
    public SourceKind Kind { get; init; }

    /// <summary>Name of the credentials in the configuration; null queries without.</summary>
    public string? Credentials { get; init; }

    /// <summary>JSON that is posted, with variables; null for a GET.</summary>
    public string? Body { get; init; }

    /// <summary>Time after which the numbers of the source are complete, on orchestrator time.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Texts of a series that may hold variables.</summary>
    internal IEnumerable<string> Texts(SourceSeries series)
    {
        IEnumerable<string?> all = Kind == SourceKind.Json
            ? [series.Query, Url, Body, series.Ask, series.Selectors?.Legacy, series.Selectors?.New]
            : [series.Query, series.Selectors?.Legacy, series.Selectors?.New];
        return all.OfType<string>();
    }
}

/// <summary>Query language of a source.</summary>
public enum SourceKind
{
    /// <summary>PromQL over the HTTP API of Prometheus.</summary>
    Prometheus,

    /// <summary>Any JSON over HTTP.</summary>
    Json,
}

/// <summary>A raw series of the plan, with its query.</summary>
/// <param name="Name">The series, as metrics of the plan read it.</param>
/// <param name="Shape">Shape of the answer.</param>
/// <param name="Query">PromQL, or the JSONPath of the number, with the variables of <see cref="SourceVariables"/>.</param>
/// <param name="Unit">Unit of its values as samples name units; null for the base unit.</param>
/// <param name="Variant">Variant of the series when the query does not distinguish variants; null queries each.</param>
/// <param name="EmptyIsZero">True when an empty answer means that a counter did not grow, as long as another counter of the same users was
/// measured.</param>
public sealed record SourceSeries(
    string Name, SourceShape Shape, string Query, string? Unit = null, Variant? Variant = null, bool EmptyIsZero = false)
{
    /// <summary>Value of <c>$selector</c>; null where no text uses it.</summary>
    public VariantSelectors? Selectors { get; init; }

    /// <summary>Value of <c>$query</c> in the address and the body of a JSON source; null where no text uses it.</summary>
    public string? Ask { get; init; }

    /// <summary>JSONPath of the time of the value; null for the time of the query.</summary>
    public string? TimePath { get; init; }
}

/// <summary>The part of a query that distinguishes the variants by labels.</summary>
/// <param name="Legacy">Null when the legacy variant is not queried.</param>
/// <param name="New">Null when the new variant is not queried.</param>
public sealed record VariantSelectors(string? Legacy, string? New)
{
    /// <summary>Selector of one variant.</summary>
    public string? Of(Variant variant) => variant == Variant.New ? New : Legacy;
}

/// <summary>Shape of a query's answer.</summary>
public enum SourceShape
{
    /// <summary>Raw counters, one of each instance and set of labels; growth is computed here.</summary>
    Counter,

    /// <summary>Levels, one of each instance.</summary>
    Gauge,

    /// <summary>Raw cumulative buckets by <c>le</c>.</summary>
    Histogram,

    /// <summary>Number in the window of the query.</summary>
    Count,
}
