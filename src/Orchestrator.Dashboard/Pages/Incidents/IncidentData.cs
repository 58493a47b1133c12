using System.Text.Json;

namespace Orchestrator.Dashboard.Pages.Incidents;

/// <summary>A page of incidents (<c>GET /api/v1/incidents</c>).</summary>
/// <param name="Incidents">Incidents, newest first.</param>
/// <param name="Next">Id after which the next page begins; null at the end.</param>
public sealed record IncidentList(IReadOnlyList<IncidentData> Incidents, string? Next);

/// <summary>An incident as its page reads it (<c>GET /api/v1/incidents/{id}</c>).</summary>
public sealed record IncidentData
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Id of its rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Environment of the rollout.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Flag of the rollout.</summary>
    public string Flag { get; init; } = "";

    /// <summary>critical or major.</summary>
    public string Severity { get; init; } = "";

    /// <summary>open, escalated, resolved or ended.</summary>
    public string State { get; init; } = "";

    /// <summary>Reason of the rollback.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Trigger that rolled back; null when a person did.</summary>
    public string? Trigger { get; init; }

    /// <summary>Segments that were rolled back; null for everyone.</summary>
    public IReadOnlyList<string>? Segments { get; init; }

    /// <summary>Begin.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>The first person who acknowledged it; null without one.</summary>
    public MarkData? Acknowledged { get; init; }

    /// <summary>Failure that people must act on; null without one.</summary>
    public EscalationData? Escalated { get; init; }

    /// <summary>The end; null before it.</summary>
    public EndData? Ended { get; init; }

    /// <summary>The verification step that runs; null when none is left.</summary>
    public string? Next { get; init; }

    /// <summary>Finished verification steps, in order.</summary>
    public IReadOnlyList<LegData> Legs { get; init; } = [];

    /// <summary>Verbs of the caller; empty in a list.</summary>
    public IReadOnlyList<VerbData> Verbs { get; init; } = [];

    /// <summary>True until it has ended.</summary>
    public bool Open => Ended is null;

    /// <summary>A verb of the caller; null when the API does not list it.</summary>
    public VerbData? Verb(string name) => Verbs.FirstOrDefault(one => one.Name == name);
}

/// <summary>A person acted on an incident.</summary>
public sealed record MarkData(string By, string? Name, string? Role, DateTimeOffset At);

/// <summary>A verification step failed.</summary>
public sealed record EscalationData(string Leg, string Reason, DateTimeOffset At);

/// <summary>End of an incident.</summary>
/// <param name="Outcome">resolved or ended.</param>
/// <param name="By">The person; null when the procedure or the rollout ended it.</param>
/// <param name="Name">Name of the person.</param>
/// <param name="Reason">Reason.</param>
/// <param name="At">Time of the end.</param>
public sealed record EndData(string Outcome, string? By, string? Name, string Reason, DateTimeOffset At);

/// <summary>A finished verification step.</summary>
public sealed record LegData
{
    /// <summary>propagation, traffic, health or consistency.</summary>
    public string Leg { get; init; } = "";

    /// <summary>passed, failed or skipped.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Time of its end.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Time since the rollback, as the API writes durations.</summary>
    public string Elapsed { get; init; } = "";

    /// <summary>Its own duration, as the API writes durations.</summary>
    public string Took { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Nodes that confirmed, and those that did not; null of other steps.</summary>
    public PropagationData? Propagation { get; init; }

    /// <summary>Checks of the plan; null without any.</summary>
    public IReadOnlyList<CheckData>? Checks { get; init; }
}

/// <summary>Propagation of a rollback to the nodes.</summary>
public sealed record PropagationData(string By, IReadOnlyList<string> Nodes, IReadOnlyList<string> Unconfirmed);

/// <summary>Result of a check of the plan.</summary>
public sealed record CheckData(string Name, bool Passed, int Attempts, string? Took, string Text);

/// <summary>A verb of the caller.</summary>
/// <param name="Name">Name in the API.</param>
/// <param name="May">True when the caller's role has the permission.</param>
/// <param name="Can">True when it would change something now.</param>
/// <param name="Reason">Reason why it cannot; null when it can.</param>
/// <param name="Consequence">Changes that it would make; null when it cannot.</param>
/// <param name="Options">Its further forms, such as a restore of one segment; null for none.</param>
public sealed record VerbData(
    string Name, bool May, bool Can, string? Reason, string? Consequence = null, IReadOnlyList<VerbOption>? Options = null);

/// <summary>A further form of a verb.</summary>
public sealed record VerbOption(string Name, string? Value, bool Can, string? Reason, string? Consequence);

/// <summary>The rollout of an incident, as far as its page needs it (<c>GET /api/v1/rollouts/{id}</c>).</summary>
/// <param name="Verbs">Verbs of the caller.</param>
public sealed record IncidentRollout(IReadOnlyList<VerbData>? Verbs);

/// <summary>Events of an incident (<c>GET /api/v1/incidents/{id}/events</c>).</summary>
public sealed record IncidentEventList(IReadOnlyList<IncidentEventData> Events);

/// <summary>An event of an incident.</summary>
public sealed record IncidentEventData(long Version, string Type, DateTimeOffset At, ActorData Actor, JsonElement Data)
{
    /// <summary>A text of the event; null when it has none of that name.</summary>
    public string? Text(string name) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Evidence of the event; null when it has none.</summary>
    public EvidenceData? Evidence =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty("evidence", out var value) && value.ValueKind == JsonValueKind.Object
            ? value.Deserialize<EvidenceData>(JsonSerializerOptions.Web)
            : null;
}

/// <summary>Actor of an event.</summary>
public sealed record ActorData(string Kind, string Id, string? Role, string? Name);

/// <summary>Evidence of an automatic event.</summary>
public sealed record EvidenceData(
    string Rule, double? Observed, double? Limit, double? Baseline, long Samples, string? Window, string? Covered, DateTimeOffset At,
    string Text);

/// <summary>Notifications of an incident (<c>GET /api/v1/incidents/{id}/notifications</c>).</summary>
/// <param name="Channels">Channels of the plan.</param>
/// <param name="Notifications">Notifications, oldest first.</param>
/// <param name="Escalations">Escalations that are due unless a person acknowledges the incident.</param>
public sealed record IncidentNotificationList(
    IReadOnlyList<string> Channels, IReadOnlyList<NotificationData> Notifications, IReadOnlyList<EscalationAhead> Escalations);

/// <summary>A notification and its delivery.</summary>
public sealed record NotificationData
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>pending, delivered or dead.</summary>
    public string State { get; init; } = "";

    /// <summary>Channel.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Kind of the channel.</summary>
    public string Kind { get; init; } = "";

    /// <summary>A few words.</summary>
    public string Title { get; init; } = "";

    /// <summary>Time of the event.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Number of tries.</summary>
    public int Attempts { get; init; }

    /// <summary>Time of the next try; null when there is none.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Reason why the newest try failed; null when none did.</summary>
    public string? LastError { get; init; }

    /// <summary>Time at which it was delivered or given up.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>True when it came to this channel because the incident was not acknowledged.</summary>
    public bool Escalated { get; init; }
}

/// <summary>An escalation that is due unless a person acknowledges the incident.</summary>
public sealed record EscalationAhead(string From, string To, DateTimeOffset At);
