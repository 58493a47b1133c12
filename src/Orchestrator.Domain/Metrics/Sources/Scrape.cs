using System.Collections.Immutable;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>An element of an answer with the moment its value was scraped, in Unix milliseconds of Prometheus' clock.</summary>
public readonly record struct ScrapedPoint(VectorPoint Point, long At);

/// <summary>Result of a query in a round.</summary>
/// <param name="Query">The query.</param>
/// <param name="At">Prometheus' time of the evaluation; 0 without an answer.</param>
/// <param name="Points">Values with their times; empty without an answer.</param>
/// <param name="Error">Reason why the answer is not usable; null when it is.</param>
public sealed record Scrape(SourceQuery Query, long At, ImmutableArray<ScrapedPoint> Points, string? Error)
{
    /// <summary>Start times of the processes behind its values; null where they were not queried.</summary>
    public ProcessStarts? Starts { get; init; }

    /// <summary>A query without a usable answer.</summary>
    public static Scrape Failed(SourceQuery query, string error) => new(query, 0, [], error);

    /// <summary>
    /// False when the answer for times is a refusal of series that differ by name only, which have no times of their own:
    /// <c>timestamp()</c> removes the name.
    /// </summary>
    public static bool HasTimes(VectorReading times) => times.Error?.Contains("same labelset", StringComparison.Ordinal) != true;

    /// <summary>
    /// The values of an answer, each with the time that <c>timestamp()</c> of the same query returned at the same moment.
    /// </summary>
    public static Scrape Of(SourceQuery query, VectorReading values, VectorReading times)
    {
        if ((values.Error ?? times.Error) is { } error)
        {
            return Failed(query, error);
        }

        var at = new Dictionary<(string, string?), long>();
        foreach (var point in times.Points.Where(point => double.IsFinite(point.Value)))
        {
            at[(point.Labels, point.Bound)] = (long)Math.Round(point.Value * 1000);
        }

        return new Scrape(query, values.At, [.. values.Points.Select(
            point => new ScrapedPoint(point, at.GetValueOrDefault((point.Labels, point.Bound), values.At)))], null);
    }
}

/// <summary>Outcome of one query in a round, for display.</summary>
/// <param name="Query">The query.</param>
/// <param name="State">State of the evidence.</param>
/// <param name="Text">A sentence.</param>
public sealed record QueryOutcome(SourceQuery Query, QueryState State, string Text);

/// <summary>State of a query's evidence.</summary>
public enum QueryState
{
    /// <summary>It gave evidence.</summary>
    Ok,

    /// <summary>Not yet: growth needs two scrapes, and no scrape is counted twice.</summary>
    Waiting,

    /// <summary>It gave none, and an operator should look.</summary>
    Failing,
}
