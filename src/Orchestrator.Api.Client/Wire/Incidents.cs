namespace Orchestrator.Api.Client;

/// <summary>A page of incidents.</summary>
public sealed record IncidentList
{
    /// <summary>Incidents, newest first.</summary>
    public IReadOnlyList<Incident> Incidents { get; init; } = [];

    /// <summary>Id after which the next page begins; null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>An incident with the verification steps of its procedure.</summary>
public sealed record Incident
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

    /// <summary>State.</summary>
    [Words("open", "escalated", "resolved", "ended")]
    public string State { get; init; } = "";

    /// <summary>Reason for which it was opened.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Trigger that opened it; null when a person did.</summary>
    public string? Trigger { get; init; }

    /// <summary>Segments that were rolled back; null for everyone.</summary>
    public IReadOnlyList<string>? Segments { get; init; }

    /// <summary>Begin.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>The first person who acknowledged it; null without one.</summary>
    public IncidentMark? Acknowledged { get; init; }

    /// <summary>Failure that people must act on; null without one.</summary>
    public Escalation? Escalated { get; init; }

    /// <summary>End; null before it.</summary>
    public IncidentEnd? Ended { get; init; }

    /// <summary>Verification step that runs; null when none is left.</summary>
    [Words("propagation", "traffic", "health", "consistency")]
    public string? Next { get; init; }

    /// <summary>Finished verification steps, in order.</summary>
    public IReadOnlyList<IncidentLeg> Legs { get; init; } = [];

    /// <summary>Verbs of the caller; null in the answer to a command.</summary>
    public IReadOnlyList<Verb>? Verbs { get; init; }
}

/// <summary>A person acted on an incident.</summary>
public sealed record IncidentMark
{
    /// <summary>Id of the key or person.</summary>
    public string By { get; init; } = "";

    /// <summary>Role.</summary>
    public string? Role { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }
}

/// <summary>A verification step failed.</summary>
public sealed record Escalation
{
    /// <summary>Verification step.</summary>
    [Words("propagation", "traffic", "health", "consistency")]
    public string Leg { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>End of an incident.</summary>
public sealed record IncidentEnd
{
    /// <summary>Outcome; ended when the rollback was undone or the rollout ended.</summary>
    [Words("resolved", "ended")]
    public string Outcome { get; init; } = "";

    /// <summary>The person; null when the procedure or the rollout ended it.</summary>
    public string? By { get; init; }

    /// <summary>Name of the person.</summary>
    public string? Name { get; init; }

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>A finished verification step.</summary>
public sealed record IncidentLeg
{
    /// <summary>Verification step.</summary>
    [Words("propagation", "traffic", "health", "consistency")]
    public string Leg { get; init; } = "";

    /// <summary>Outcome.</summary>
    [Words("passed", "failed", "skipped")]
    public string Outcome { get; init; } = "";

    /// <summary>Time of its end.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Time since the rollback.</summary>
    public string Elapsed { get; init; } = "";

    /// <summary>Its own duration; null in a retrospective.</summary>
    public string? Took { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Nodes that confirmed the rollback; null of other steps.</summary>
    public Propagation? Propagation { get; init; }

    /// <summary>Checks of the plan; null without any.</summary>
    public IReadOnlyList<IncidentCheck>? Checks { get; init; }
}

/// <summary>Propagation of a rollback to the nodes.</summary>
public sealed record Propagation
{
    /// <summary>Proof.</summary>
    [Words("acknowledgement", "expiry")]
    public string By { get; init; } = "";

    /// <summary>Nodes that route by it.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>Nodes that did not confirm it.</summary>
    public IReadOnlyList<string> Unconfirmed { get; init; } = [];
}

/// <summary>Result of a check of the plan.</summary>
public sealed record IncidentCheck
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>True when it holds.</summary>
    public bool Passed { get; init; }

    /// <summary>Number of attempts.</summary>
    public int Attempts { get; init; }

    /// <summary>Duration of the last answer; null for a rule.</summary>
    public string? Took { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Filter and page of a list of incidents.</summary>
public sealed record IncidentQuery : QueryValues
{
    /// <summary>Id of the rollout.</summary>
    public string? Rollout { get; init; }

    /// <summary>Environment.</summary>
    public string? Environment { get; init; }

    /// <summary>States, separated by commas: open, escalated, resolved, ended.</summary>
    public string? State { get; init; }

    /// <summary>Id after which the page begins; null for the first page.</summary>
    public string? After { get; init; }

    /// <summary>Most incidents of the page, 1 to 1,000; null for 100.</summary>
    public int? Limit { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("rollout", Rollout);
        query.Add("environment", Environment);
        query.Add("state", State);
        query.Add("after", After);
        query.Add("limit", Limit);
    }
}

/// <summary>Events of an incident, oldest first.</summary>
public sealed record IncidentEvents
{
    /// <summary>The decision that opened it, and all events about it.</summary>
    public IReadOnlyList<LoggedEvent> Events { get; init; } = [];
}

/// <summary>Notifications of an incident.</summary>
public sealed record IncidentNotifications
{
    /// <summary>Channels of the plan.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Notifications, oldest first.</summary>
    public IReadOnlyList<Notification> Notifications { get; init; } = [];

    /// <summary>Escalations that are due unless a person acknowledges the incident.</summary>
    public IReadOnlyList<EscalationAhead> Escalations { get; init; } = [];
}

/// <summary>An escalation that is due unless a person acknowledges the incident.</summary>
public sealed record EscalationAhead
{
    /// <summary>Channel of the notification.</summary>
    public string From { get; init; } = "";

    /// <summary>Channel that follows.</summary>
    public string To { get; init; } = "";

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }
}
