namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>A page of events (<c>GET /api/v1/rollouts/{id}/events</c>).</summary>
public sealed record EventList(IReadOnlyList<EventData> Events, long? Next);

/// <summary>An event.</summary>
/// <param name="Version">Version of the rollout.</param>
/// <param name="Type">Public name, such as <c>PercentageRaised</c>.</param>
/// <param name="At">Time.</param>
/// <param name="Actor">Author.</param>
/// <param name="Text">Sentence; null where the API has none.</param>
public sealed record EventData(long Version, string Type, DateTimeOffset At, ActorData Actor, string? Text);

/// <summary>Author of an event.</summary>
public sealed record ActorData(string Kind, string Id, string? Role, string? Name);
