namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>
/// Finding of a round for one query: levels, or growth, or neither. With none of them and no outcome, its answer was empty and the plan
/// reads that as 0.
/// </summary>
internal sealed record QueryFinding(SourceQuery Query)
{
    /// <summary>Growth by its start; null when there is none.</summary>
    public IReadOnlyList<FoundGrowth>? Growth { get; init; }

    /// <summary>Levels as read; null when there are none.</summary>
    public double[]? Levels { get; init; }

    /// <summary>The newest scrape, in Unix milliseconds of the source.</summary>
    public long At { get; init; }

    /// <summary>Series counted together with this one that are unknown in this round.</summary>
    public IReadOnlyList<string> Unmeasured { get; init; } = [];

    public QueryOutcome? Outcome { get; init; }

    public static QueryFinding Nothing(SourceQuery query, QueryState state, string text) =>
        new(query) { Outcome = new QueryOutcome(query, state, text) };
}

/// <summary>Growth since a moment: by upper bound, or one count without a bound.</summary>
internal readonly record struct FoundGrowth(long From, IReadOnlyList<(double? Le, long Count)> Counts);
