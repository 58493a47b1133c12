namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>Steps as planned and as they happened (<c>GET /api/v1/rollouts/{id}/schedule</c>).</summary>
public sealed record ScheduleData(
    DateTimeOffset? StartedAt, string? Behind, DateTimeOffset? PlannedEnd, DateTimeOffset? ExpectedEnd,
    IReadOnlyList<ScheduledStepData> Steps);

/// <summary>A step, as planned and as it happened.</summary>
public sealed record ScheduledStepData(
    string Phase, string? PhaseTitle, string Step, string? Title, DateTimeOffset? PlannedFrom, DateTimeOffset? PlannedTo,
    DateTimeOffset? From, DateTimeOffset? Until, string? Ended, bool Current);
