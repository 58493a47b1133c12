namespace Orchestrator.Dashboard.Pages.History;

/// <summary>Answers for one user over a time (<c>POST /api/v1/environments/{environment}/journey</c>).</summary>
public sealed record JourneyData
{
    /// <summary>End of the time.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Intervals, oldest first.</summary>
    public IReadOnlyList<JourneyIntervalData> Intervals { get; init; } = [];

    /// <summary>Sentence about what is not shown.</summary>
    public string? Notice { get; init; }
}

/// <summary>A time with one answer.</summary>
/// <param name="From">Begin.</param>
/// <param name="Until">End; null while it lasts.</param>
/// <param name="Variant">legacy, new or static; null for an error.</param>
/// <param name="ErrorCode">OpenFeature's code; null for no error.</param>
/// <param name="Value">The value.</param>
/// <param name="Rollout">Id of the rollout.</param>
/// <param name="Step">Step.</param>
/// <param name="Text">Reason of its begin.</param>
/// <param name="Began">Event that began it.</param>
public sealed record JourneyIntervalData(
    DateTimeOffset From, DateTimeOffset? Until, string? Variant, string? ErrorCode, System.Text.Json.JsonElement? Value, string? Rollout,
    string? Step, string Text, JourneyBeginData Began);

/// <summary>An event that began an interval.</summary>
/// <param name="Stream">Stream.</param>
/// <param name="Version">Version in it.</param>
public sealed record JourneyBeginData(string Stream, long Version);
