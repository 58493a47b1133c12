using System.Text.Json;

namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>A rollout as its page reads it (<c>GET /api/v1/rollouts/{id}</c>).</summary>
public sealed record RolloutData
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Title; the id where the plan has none.</summary>
    public string? Title { get; init; }

    /// <summary>Plan and revision.</summary>
    public PlanReference? Plan { get; init; }

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Flag.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Status: created, running, paused, rolledBack, completed, aborted or retired.</summary>
    public string Status { get; init; } = "";

    /// <summary>Status in a sentence.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Current phase; null before the start.</summary>
    public string? Phase { get; init; }

    /// <summary>Current step; null before the start.</summary>
    public string? Step { get; init; }

    /// <summary>Share of all users on new, percent.</summary>
    public double Percentage { get; init; }

    /// <summary>Users on new, in words.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Version of the newest event.</summary>
    public long Version { get; init; }

    /// <summary>Begin of the status.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Reasons for which the next step waits.</summary>
    public NextData? Next { get; init; }

    /// <summary>Gates of the step, each with its verdict.</summary>
    public IReadOnlyList<GateData> Gates { get; init; } = [];

    /// <summary>Triggers, nearest first.</summary>
    public IReadOnlyList<TriggerData> Triggers { get; init; } = [];

    /// <summary>Segments.</summary>
    public IReadOnlyList<SegmentData> Segments { get; init; } = [];

    /// <summary>Objectives of all phases.</summary>
    public IReadOnlyList<ObjectiveData> Objectives { get; init; } = [];

    /// <summary>Reviews, oldest first.</summary>
    public IReadOnlyList<ReviewData> Reviews { get; init; } = [];

    /// <summary>The newest incident; null without one.</summary>
    public IncidentData? Incident { get; init; }

    /// <summary>Verbs: what the caller may do, and what is possible now.</summary>
    public IReadOnlyList<VerbData> Verbs { get; init; } = [];

    /// <summary>Forecast of the steps ahead; null when there is none.</summary>
    public ForecastData? Forecast { get; init; }

    /// <summary>Counted people; null while none were counted.</summary>
    public PeopleData? People { get; init; }

    /// <summary>Users who stay on new if the control plane vanishes now; null of a view of the past.</summary>
    public DeadManData? DeadMan { get; init; }

    /// <summary>Reason why a person must confirm it; null when none must.</summary>
    public JsonElement? Held { get; init; }

    /// <summary>Warnings.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Name for people.</summary>
    public string Name => string.IsNullOrWhiteSpace(Title) ? Id : Title;

    /// <summary>The verb of this name; null when the API does not list it.</summary>
    public VerbData? Verb(string name) => Verbs.FirstOrDefault(verb => verb.Name == name);
}

/// <summary>Reference to a plan.</summary>
public sealed record PlanReference(string Name, int Revision, string Hash);

/// <summary>The next step.</summary>
/// <param name="At">Earliest time; null when no time decides.</param>
/// <param name="WaitingFor">Reasons.</param>
/// <param name="Text">Sentence; null where there is none.</param>
/// <param name="Earliest">Earliest time at which all gates can be open; null when it is unknown.</param>
public sealed record NextData(DateTimeOffset? At, IReadOnlyList<WaitData>? WaitingFor, string? Text, DateTimeOffset? Earliest);

/// <summary>A reason to wait.</summary>
public sealed record WaitData(string Gate, string Text, DateTimeOffset? OpensAt, string? By, string? Name);

/// <summary>A gate.</summary>
/// <param name="Kind">confirm, pause, hold, samples, rule, criterion, review, objective, segment, line, freeze or changeWindow.</param>
/// <param name="Name">Name of the step, criterion, review, objective, segment, freeze or environment.</param>
/// <param name="Verdict">met, breached, warning, waiting or noEvidence.</param>
/// <param name="Text">Sentence with observed, limit and samples.</param>
/// <param name="Progress">Part of the way, 0 to 1; null when it has none.</param>
/// <param name="Earliest">Earliest time at which it can open; null when no time decides.</param>
public sealed record GateData(string Kind, string Name, string Verdict, string Text, double? Progress, DateTimeOffset? Earliest);

/// <summary>A trigger.</summary>
public sealed record TriggerData
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>quiet, breached or fired.</summary>
    public string State { get; init; } = "";

    /// <summary>Begin of the state.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Way to its threshold; null of a view of an earlier build.</summary>
    public ReachData? Reach { get; init; }

    /// <summary>Earliest time at which it fires if nothing changes; null unless its "for" runs.</summary>
    public DateTimeOffset? FiresAt => Reach?.Pending?.FiresAt;
}

/// <summary>Way of a trigger to its threshold.</summary>
public sealed record ReachData
{
    /// <summary>Part of the way, 0 to 1; null without evidence.</summary>
    public double? Fraction { get; init; }

    /// <summary>Observed value for display; null when nothing was measured.</summary>
    public string? ObservedText { get; init; }

    /// <summary>Limit for display; null without one.</summary>
    public string? LimitText { get; init; }

    /// <summary>The running "for"; null while none runs.</summary>
    public PendingData? Pending { get; init; }

    /// <summary>It does not fire again before this; null when it may.</summary>
    public DateTimeOffset? CoolsUntil { get; init; }

    /// <summary>Its action in words: <c>rolls back everyone</c>.</summary>
    public string Effect { get; init; } = "";

    /// <summary>Display text.</summary>
    public string Text { get; init; } = "";
}

/// <summary>The running "for" of a trigger.</summary>
public sealed record PendingData(DateTimeOffset Since, string? For, string? Held, DateTimeOffset? FiresAt);

/// <summary>A segment of the rollout.</summary>
public sealed record SegmentData(string Key, string? Title, string Status, double Percentage);

/// <summary>An objective.</summary>
public sealed record ObjectiveData(string Name, string? Title, string Phase, bool Required, bool Completed);

/// <summary>A review.</summary>
public sealed record ReviewData(
    string Id, string Kind, string? Step, string State, DateTimeOffset OpenedAt, DateTimeOffset? ExpiresAt, ReviewLacks? Lacks);

/// <summary>Approvals that a review lacks.</summary>
public sealed record ReviewLacks(string Text);

/// <summary>An incident.</summary>
public sealed record IncidentData
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Severity.</summary>
    public string Severity { get; init; } = "";

    /// <summary>State.</summary>
    public string State { get; init; } = "";

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Trigger; null when a person rolled back.</summary>
    public string? Trigger { get; init; }

    /// <summary>Begin.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Verification steps that are done, in order.</summary>
    public IReadOnlyList<LegData> Legs { get; init; } = [];

    /// <summary>The end; null while it is open.</summary>
    public IncidentEnd? Ended { get; init; }

    /// <summary>Acknowledgement; null without one.</summary>
    public JsonElement? Acknowledged { get; init; }
}

/// <summary>A verification step of an incident.</summary>
/// <param name="Leg">route, propagation, traffic, health or consistency.</param>
/// <param name="Outcome">passed, failed, skipped and the like.</param>
/// <param name="At">End of the step.</param>
/// <param name="Took">Duration.</param>
/// <param name="Text">Sentence.</param>
public sealed record LegData(string Leg, string Outcome, DateTimeOffset At, string Took, string Text);

/// <summary>End of an incident.</summary>
public sealed record IncidentEnd(string Outcome, string? By, string? Name, string? Reason, DateTimeOffset At);

/// <summary>A verb.</summary>
/// <param name="Name">Name of the verb in the API.</param>
/// <param name="May">True when the caller's role may use it.</param>
/// <param name="Can">True when the rollout would take it now.</param>
/// <param name="Reason">Sentence why not; null when it is possible.</param>
/// <param name="Consequence">Sentence about what it would do; null when it cannot.</param>
/// <param name="Options">Further forms; null for none.</param>
public sealed record VerbData(
    string Name, bool May, bool Can, string? Reason, string? Consequence, IReadOnlyList<VerbOptionData>? Options = null)
{
    /// <summary>A further form; null when the verb has none of that name.</summary>
    public VerbOptionData? Option(string name) => Options?.FirstOrDefault(option => option.Name == name);
}

/// <summary>A further form of a verb.</summary>
/// <param name="Name">Member of the body that asks for it.</param>
/// <param name="Value">Value of the member; null for true.</param>
/// <param name="Can">True when the rollout would take it now.</param>
/// <param name="Reason">Sentence why not.</param>
/// <param name="Consequence">Sentence about what it would do.</param>
public sealed record VerbOptionData(string Name, string? Value, bool Can, string? Reason, string? Consequence);

/// <summary>Forecast.</summary>
public sealed record ForecastData(string? Takes, string? Text, IReadOnlyList<ForecastStep>? Steps);

/// <summary>A step of a forecast.</summary>
public sealed record ForecastStep(string Phase, string Step, string? Hold, string? Takes);

/// <summary>Counted people of the flag.</summary>
public sealed record PeopleData(long? Total, long? New, long? Legacy, DateTimeOffset? From, DateTimeOffset? To, double? Error);

/// <summary>Users who stay on new without a control plane.</summary>
public sealed record DeadManData(string Text);
