using System.Collections.Immutable;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>An element of an answer with the moment its value was scraped, in Unix milliseconds of Prometheus' clock.</summary>
public readonly record struct ScrapedPoint(VectorPoint Point, long At);

/// <summary>What became of a query in a round.</summary>
/// <param name="Query">The query.</param>
/// <param name="At">Prometheus' time of the evaluation; 0 when nothing came.</param>
/// <param name="Points">Values with their times; empty when nothing came.</param>
/// <param name="Error">Why nothing can be made of it; null when it was answered.</param>
public sealed record Scrape(SourceQuery Query, long At, ImmutableArray<ScrapedPoint> Points, string? Error)
{
    /// <summary>When the processes behind its values started; null where that was not asked.</summary>
    public ProcessStarts? Starts { get; init; }

    /// <summary>A query without a usable answer.</summary>
    public static Scrape Failed(SourceQuery query, string error) => new(query, 0, [], error);

    /// <summary>The values of an answer, each with the time that <c>timestamp()</c> of the same query told at the same moment.</summary>
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

        return new Scrape(query, values.At, [.. values.Points.Select(point => new ScrapedPoint(point, at.GetValueOrDefault((point.Labels, point.Bound), values.At)))], null);
    }
}

/// <summary>What a round says of one query, for people.</summary>
/// <param name="Query">The query.</param>
/// <param name="State">Whether it gave evidence.</param>
/// <param name="Text">A sentence.</param>
public sealed record QueryOutcome(SourceQuery Query, QueryState State, string Text);

/// <summary>Whether a query gave evidence.</summary>
public enum QueryState
{
    /// <summary>It did.</summary>
    Ok,

    /// <summary>Not yet: growth needs two scrapes, and no scrape is counted twice.</summary>
    Waiting,

    /// <summary>It could not, and somebody should look.</summary>
    Failing,
}
